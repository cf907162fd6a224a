;; Answers with thousands of well-formed verdicts, and never finishes cleaning up after them.
;; Expected: bad answer, because the host stops reading long before the list ends, and does not
;; let the guest run again. (A host that reads it all would see the guest run out of fuel.)
(core module $guest
  (import "host" "memory" (memory 2))
  (func (export "start-over") (param i32) (loop $forever (br $forever)))
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32.store (i32.const 16) (i32.const 65536))
    (i32.store (i32.const 20) (i32.const 2000))
    (i32.const 16)))
