;; Needs more memory than allowed before it starts. Expected: refused when compiled.
(core module $guest
  (memory 1000)
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (unreachable)))
