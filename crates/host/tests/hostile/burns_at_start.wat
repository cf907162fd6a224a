;; Computes for long before the first question. Expected: refused when compiled, out of fuel when a
;; store has it anyway.
(core module $guest
  (import "host" "memory" (memory 2))
  (global $left (mut i32) (i32.const 1000000))
  (func $burn
    (loop $again
      (global.set $left (i32.sub (global.get $left) (i32.const 1)))
      (br_if $again (global.get $left))))
  (start $burn)
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (unreachable)))
