;; Its function takes and gives something else. Expected: refused when compiled.
(component
  (core module $guest (func (export "judge") (param i32) (result i32) (i32.const 0)))
  (core instance $guest (instantiate $guest))
  (func (export "judge") (param "window" u32) (result u32)
    (canon lift (core func $guest "judge"))))
