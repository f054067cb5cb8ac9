//! The driver: input, loop, effects, terminal.

pub mod decode;
pub mod output;
