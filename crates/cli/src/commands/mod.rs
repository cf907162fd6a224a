//! One file for each command: its arguments on top, then `run`.

pub(crate) mod bundle;
pub(crate) mod check;
pub(crate) mod compile_detector;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod install;
pub(crate) mod remediate;
pub(crate) mod rule;
pub(crate) mod uninstall;
