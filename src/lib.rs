//! 守密 (shoumi): a terminal register for the office that looks after cleared persons and classified computers.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        clippy::disallowed_methods
    )
)]

pub mod app;
pub mod cli;
pub mod clock;
pub mod crypto;
pub mod decide;
pub mod domain;
pub mod error;
pub mod exchange;
pub mod i18n;
pub mod index;
pub mod keys;
pub mod rules;
pub mod screens;
pub mod session;
pub mod store;
pub mod text;
pub mod ui;
