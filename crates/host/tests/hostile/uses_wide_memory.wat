;; Uses 64-bit memory. Expected: refused.
(core module $guest
  (memory i64 1)
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (unreachable)))
