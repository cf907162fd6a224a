;; Wants a clock. Expected: refused when compiled.
(component
  (import "now" (func $now (result u64)))
  (core func $now' (canon lower (func $now)))
  (core module $guest
    (import "host" "now" (func (result i64)))
    (func (export "judge") (result i32) (i32.const 0)))
  (core instance $guest (instantiate $guest (with "host" (instance (export "now" (func $now'))))))
  (func (export "judge") (result u32) (canon lift (core func $guest "judge"))))
