;; Calls itself without end. Expected: trapped, by the end of the stack.
(core module $guest
  (import "host" "memory" (memory 2))
  (import "host" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
  (func $deeper (param i32) (result i32)
    (i32.add (call $deeper (i32.add (local.get 0) (i32.const 1))) (local.get 0)))

  (func (export "judge") (param $text i32) (param $text_len i32) (param $source i32)
      (param $has_path i32) (param $path i32) (param $path_len i32)
      (param $from i32) (param $from_len i32) (param $complete i32)
      (param $candidates i32) (param $count i32) (result i32)
    (i32.add (call $deeper (i32.const 1)) (i32.const 1))))
