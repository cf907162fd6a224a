;; A good one: confirms each candidate as it stands, `proven`, with evidence 1.
(core module $guest
  (import "host" "memory" (memory 2))
  (import "host" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))

  (func (export "judge") (param $text i32) (param $text_len i32) (param $source i32)
      (param $has_path i32) (param $path i32) (param $path_len i32)
      (param $from i32) (param $from_len i32) (param $complete i32)
      (param $candidates i32) (param $count i32) (result i32)
    (local $answer i32) (local $at i32) (local $index i32)
    (local.set $answer
      (call $realloc (i32.const 0) (i32.const 0) (i32.const 4)
        (i32.add (i32.const 8) (i32.mul (local.get $count) (i32.const 16)))))
    (i32.store (local.get $answer) (i32.add (local.get $answer) (i32.const 8)))
    (i32.store offset=4 (local.get $answer) (local.get $count))
    (local.set $at (i32.add (local.get $answer) (i32.const 8)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $index) (local.get $count)))
        (i32.store8 (local.get $at) (i32.const 0))
        (i32.store offset=4 (local.get $at) (i32.load offset=4 (local.get $candidates)))
        (i32.store offset=8 (local.get $at) (i32.load offset=8 (local.get $candidates)))
        (i32.store8 offset=12 (local.get $at) (i32.const 2))
        (i32.store16 offset=14 (local.get $at) (i32.const 1))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (local.set $candidates (i32.add (local.get $candidates) (i32.const 12)))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next)))
    (local.get $answer)))
