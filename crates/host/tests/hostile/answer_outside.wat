;; Says that its answer lies behind its memory. Expected: bad answer.
(core module $guest
  (import "host" "memory" (memory 2))
  (import "host" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))

  (func (export "judge") (param $text i32) (param $text_len i32) (param $source i32)
      (param $has_path i32) (param $path i32) (param $path_len i32)
      (param $from i32) (param $from_len i32) (param $complete i32)
      (param $candidates i32) (param $count i32) (result i32)
    (i32.const -4)))
