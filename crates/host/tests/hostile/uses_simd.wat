;; Uses vector instructions, which differ between processors more than others. Expected: refused.
(core module $guest
  (func (export "judge") (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)
    (i32x4.extract_lane 0 (i32x4.splat (local.get 0)))))
