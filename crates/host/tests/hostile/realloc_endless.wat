;; Its allocator never returns. Expected: out of fuel.
(core module $guest
  (import "host" "memory" (memory 2))
  (func (export "realloc") (param i32 i32 i32 i32) (result i32)
    (loop $forever (br $forever))
    (unreachable))
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (unreachable)))
