;; Exports another function. Expected: refused when compiled.
(component
  (core module $guest (func (export "judge") (result i32) (i32.const 0)))
  (core instance $guest (instantiate $guest))
  (func (export "answer") (result u32) (canon lift (core func $guest "judge"))))
