//! What is told of a push: [`text`] to the developer, [`tool`] to the tools in between, [`json`] to
//! who keeps records.

pub(crate) mod json;

pub(crate) mod lines;

pub(crate) mod text;

pub(crate) mod tool;

pub(crate) mod plan;
