//! What is told of a push: [`text`] to the developer, [`json`] to machines.

pub(crate) mod json;

pub(crate) mod text;

pub(crate) mod plan;
