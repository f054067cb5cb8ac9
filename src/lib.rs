//! 守密 (shoumi): a terminal register for the office that looks after cleared persons and classified computers.
//!
//! ```text
//!  守密  单位 · 制度            日期   操作员   存储状态      header: `ui::frame`, filled by `screens::desk`
//!  1 今日  2 人员  3 脱密期  4 出境  5 培训                 tabs: `screens::ScreenId`
//!  筛选 余天<30                                    3/135    filter line: `screens::list`, `index::query`
//! ▸ 韩志远   一般   2026-03-16   就在今天                   table: `ui::table`; rows: `index`; words: `i18n`
//!   仇文博   重要   2026-04-15   还有30天
//!  ┌─ 办理 ─┐                                               overlays: `screens::{menu, form, help, palette}`
//!  Enter 打开  a 办理  / 筛选  ? 帮助                       footer: what works now, from `keys` and the screen
//! ```
//!
//! A key goes input thread → `app::decode` → `keys` → the screen's `update` → effects → `app` → `session::commit` →
//! `store::transact(decide)` → disk → summaries → `index` → one frame. The screen says *done* only after the commit.
//!
//! | folder | holds | may use |
//! |---|---|---|
//! | `text`, `crypto`, `clock`, `error`, `domain`, `keys` | widths and hostile text; sealing; the only "now"; failures; the office's words; actions and keymaps | nothing of ours |
//! | `rules` | rule packs, periods, duties, verdicts | `domain` |
//! | `decide` | commands to changes or a refusal | `rules`, `domain` |
//! | `store` | the file; the only folder that names redb | `domain`, `crypto`, `error` |
//! | `index` | what a running program searches; `index/search` alone names fuzzy-matcher | `domain`, `rules`, `text` |
//! | `i18n` | every sentence, in both languages | `domain`, `rules`, `keys` |
//! | `ui` | widgets | `text` |
//! | `exchange` | spreadsheets in, lists out | `domain`, `rules`, `i18n`, `text`, `crypto`, `error` |
//! | `session` | the use cases that screens and command line share | all of the above but `ui`, `keys` |
//! | `screens` | one file a screen | `ui`, `keys`, `i18n`, `index`, `decide`, `rules`, `domain`, `text` |
//! | `app` | terminal, loop, effects | `screens`, `session` |
//! | `cli` | one file a command group | `session`, `index`, `exchange`, `i18n`, `keys`, `rules`, `domain`, `text`, `error` |
//!
//! Arrows point one way; `tests/it/layers.rs` keeps the table true.

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

// Some helpers of the integration tests serve the tests in here too.
#[cfg(test)]
extern crate self as shoumi;

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
