//! The driver: input, loop, effects, terminal.

pub mod decode;
pub mod output;
pub mod environment;
pub mod register;
pub mod terminal;
pub mod shell;
