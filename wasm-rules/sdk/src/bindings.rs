//! The world of `wit/detector.wit` in Rust, generated from that one file.

#![expect(clippy::too_many_arguments, reason = "generated: a record is passed field by field")]

wit_bindgen::generate!({
    path: "../wit",
    world: "detector",
    pub_export_macro: true,
    export_macro_name: "export_world",
    default_bindings_module: "pushgate_detector_sdk::bindings",
});
