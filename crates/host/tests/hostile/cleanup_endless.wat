;; Answers well, and then never finishes cleaning up. Expected: out of fuel.
(core module $guest
  (import "host" "memory" (memory 2))
  (func (export "start-over") (param i32) (loop $forever (br $forever)))
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 32))
    (i32.store (i32.const 20) (i32.const 1))
    (i32.store8 (i32.const 32) (i32.const 1))
    (i32.store16 (i32.const 36) (i32.const 1))
    (i32.const 16)))
