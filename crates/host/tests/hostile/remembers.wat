;; Dismisses with 1 at first, and traps when it is asked a third time: a guest that remembers.
;; Expected: the instance is reused until it traps, and a fresh one remembers nothing.
(core module $guest
  (import "host" "memory" (memory 2))
  (import "host" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (global $asked (mut i32) (i32.const 0))

  (func (export "judge") (param $text i32) (param $text_len i32) (param $source i32)
      (param $has_path i32) (param $path i32) (param $path_len i32)
      (param $from i32) (param $from_len i32) (param $complete i32)
      (param $candidates i32) (param $count i32) (result i32)
    (local $answer i32)
    (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
    (if (i32.eq (global.get $asked) (i32.const 3)) (then (unreachable)))
    (local.set $answer
      (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 64)))
    (i32.store (local.get $answer) (i32.add (local.get $answer) (i32.const 8)))
    (i32.store offset=4 (local.get $answer) (i32.const 1))
    (i32.store8 offset=8 (local.get $answer) (i32.const 1))
    (i32.store16 offset=12 (local.get $answer) (global.get $asked))
    (local.get $answer)))
