;; Gives a grade that the world does not have. Expected: bad answer.
(core module $guest
  (import "host" "memory" (memory 2))
  (import "host" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))

  (func (export "judge") (param $text i32) (param $text_len i32) (param $source i32)
      (param $has_path i32) (param $path i32) (param $path_len i32)
      (param $from i32) (param $from_len i32) (param $complete i32)
      (param $candidates i32) (param $count i32) (result i32)
    (local $answer i32)
    (local.set $answer
      (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 4096)))
    (i32.store (local.get $answer) (i32.add (local.get $answer) (i32.const 8)))
    (i32.store offset=4 (local.get $answer) (local.get $count))
    (i32.store8 offset=8 (local.get $answer) (i32.const 0))
    (i32.store offset=12 (local.get $answer) (i32.const 0))
    (i32.store offset=16 (local.get $answer) (i32.const 3))
    (i32.store8 offset=20 (local.get $answer) (i32.const 200))
    (i32.store16 offset=22 (local.get $answer) (i32.const 1))
    (local.get $answer)))
