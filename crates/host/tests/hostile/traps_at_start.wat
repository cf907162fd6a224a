;; Panics before the first question. Expected: refused when compiled.
(core module $guest
  (func $panic (unreachable))
  (start $panic)
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (unreachable)))
