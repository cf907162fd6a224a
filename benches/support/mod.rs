//! What the benches of whole processes share: a server to push to, and runs side by side.

pub(crate) mod bed;
pub(crate) mod machine;
pub(crate) mod ways;
