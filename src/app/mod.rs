//! The driver: the terminal, the loop, and the shell around the screens.
//!
//! ```text
//! stdin ── input thread ── bytes ──┐                       ┌── Job ──► worker thread ──► Register
//! signals ─ signal thread ─────────┤► loop ► Shell ─ Order ┤                               │
//! head, day ─ watch thread ────────┘   │                   └── Repaint, Suspend, Quit      │
//!                                      └► one frame ► Output ► stdout     Input ◄──────────┘
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `decode` | bytes to keys and pastes; pure |
//! | `shell` | keys to actions to screens, effects to orders, state to cells; pure |
//! | `say` | failures as sentences |
//! | `numbers` | whole numbers, over the screen for a moment |
//! | `undo` | the key that takes the last change back |
//! | `run` | the loop: receive, update, draw if something changed |
//! | `burst` | pastes of terminals that do not mark them |
//! | `threads` | reading, watching, working |
//! | `face/` | what a session writes: a screen of cells, or lines for screen readers |
//! | `output` | cells to bytes |
//! | `terminal/` | taking the terminal and giving it back; signals |
//! | `environment` | TERM, NO_COLOR, SSH, locale |
//! | `register`, `live` | what all this needs of the session, and how the session gives it |
//! | `open` | from a session to the screens |

mod burst;
pub mod decode;
pub mod environment;
mod face;
pub mod live;
mod numbers;
mod open;
pub mod output;
pub mod register;
mod run;
mod say;
pub mod shell;
pub mod terminal;
mod threads;
mod undo;

pub use live::Live;
pub use open::{Start, keymap, names_operator, open, remote_command};
pub use register::{LastDraft, Register, Snapshot};
pub use run::{Options, run};
pub use shell::{Job, Order, Settings, Shell};
pub use terminal::signals::survive_file_limits;
