;; Works for a while, whatever it is asked, and then confirms the first candidate.
;; Expected: out of fuel within a small allowance, a good answer within a larger one.
(core module $guest
  (import "host" "memory" (memory 2))
  (import "host" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))

  (func (export "judge") (param $text i32) (param $text_len i32) (param $source i32)
      (param $has_path i32) (param $path i32) (param $path_len i32)
      (param $from i32) (param $from_len i32) (param $complete i32)
      (param $candidates i32) (param $count i32) (result i32)
    (local $answer i32) (local $rounds i32)
    (loop $more
      (local.set $rounds (i32.add (local.get $rounds) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $rounds) (i32.const 600000))))
    (local.set $answer
      (call $realloc (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 24)))
    (i32.store (local.get $answer) (i32.add (local.get $answer) (i32.const 8)))
    (i32.store offset=4 (local.get $answer) (i32.const 1))
    (i32.store8 offset=8 (local.get $answer) (i32.const 0))
    (i32.store offset=12 (local.get $answer) (i32.load offset=4 (local.get $candidates)))
    (i32.store offset=16 (local.get $answer) (i32.load offset=8 (local.get $candidates)))
    (i32.store8 offset=20 (local.get $answer) (i32.const 2))
    (i32.store16 offset=22 (local.get $answer) (i32.const 1))
    (local.get $answer)))
