//! The driver: input, loop, effects, terminal.
