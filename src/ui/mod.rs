//! Widgets: plain data in, cells out. Nothing here knows the office's words; texts come ready made and are cleaned once
//! more at the one place that writes cells (`paint`), so no terminal escape can pass.
//!
//! | file | draws |
//! |---|---|
//! | `theme` | roles to styles and glyphs: colour, monochrome, ASCII |
//! | `paint` | text into cells, by grapheme, cut with a mark; lines of pieces |
//! | `field` | a one-line text field with the real caret |
//! | `table` | columns in cells, dropped by priority, selection and marks |
//! | `scroll` | which rows are visible |
//! | `chart` | counters, bars, month columns, timelines |
//! | `frame` | header, body, footer, too-small notice |
//! | `popup` | boxes over the body, toasts |

pub mod chart;
pub mod field;
pub mod frame;
pub mod paint;
pub mod popup;
pub mod scroll;
pub mod table;
pub mod theme;
