;; Its allocator gives an address behind its memory. Expected: bad answer.
(core module $guest
  (import "host" "memory" (memory 2))
  (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const -4096))
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (unreachable)))
