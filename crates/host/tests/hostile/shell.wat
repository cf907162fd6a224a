;; What all guests of this folder share: the world's types, a memory, an allocator that starts
;; over at each call. The line GUEST is replaced by a core module `$guest` that exports `judge`,
;; with the eleven flat arguments of the world:
;;   text pointer and length, source, path present, pointer and length,
;;   decoded-from pointer and length, complete, candidates pointer and length.
;; It returns a pointer to the pointer and length of its verdicts. A verdict takes 16 bytes:
;;   0: 0 confirmed, 1 dismissed; 4: start, or the code of a dismissal; 8: end; 12: grade;
;;   14: code of the evidence.
(component
  (core module $memory
    (memory (export "memory") 2)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $old_size i32) (param $align i32)
      (param $size i32) (result i32)
      (local $at i32)
      ;; Round up to 8 bytes, whatever is asked for.
      (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (block $enough
        (loop $more
          (br_if $enough (i32.le_u (global.get $next)
            (i32.mul (memory.size) (i32.const 65536))))
          (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
          (unreachable)))
      (local.get $at))
    (func (export "start-over") (param i32) (global.set $next (i32.const 1024))))

  GUEST

  (core instance $memory (instantiate $memory))
  (core instance $guest (instantiate $guest (with "host" (instance $memory))))

  (type $source' (enum "blob" "commit" "tag" "tree-name" "ref-name"))
  (export $source "source" (type $source'))
  (type $grade' (enum "weak" "likely" "proven"))
  (export $grade "grade" (type $grade'))
  (type $span' (record (field "start" u32) (field "end" u32)))
  (export $span "span" (type $span'))
  (type $candidate' (record (field "judge" u32) (field "span" $span)))
  (export $candidate "candidate" (type $candidate'))
  (type $window' (record
    (field "text" (list u8)) (field "source" $source) (field "path" (option (list u8)))
    (field "decoded-from" (list string)) (field "complete" bool)))
  (export $window "window" (type $window'))
  (type $confirmation' (record
    (field "secret" $span) (field "grade" $grade) (field "evidence" u16)))
  (export $confirmation "confirmation" (type $confirmation'))
  (type $verdict' (variant (case "confirmed" $confirmation) (case "dismissed" u16)))
  (export $verdict "verdict" (type $verdict'))

  (func (export "judge")
    (param "window" $window) (param "candidates" (list $candidate)) (result (list $verdict))
    (canon lift (core func $guest "judge")
      (memory (core memory $memory "memory"))
      (realloc (core func $memory "realloc"))
      (post-return (core func $memory "start-over")))))
