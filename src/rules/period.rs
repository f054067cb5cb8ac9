//! Period arithmetic: 民法典 201 and 202, applied to the decommission period (our reading).

use chrono::{Datelike, Months};

use super::Line;
use crate::domain::Date;

/// The last day of a period of `months` (the total, extensions included) that starts on `start`: the corresponding day,
/// or the last day of a month that has none; one day earlier where the start day is counted, but not where the month
/// has no corresponding day. `None` outside the calendar.
pub fn last_day(start: Date, months: u32, count_start_day: bool) -> Option<Date> {
    let end = start.checked_add_months(Months::new(months))?;
    if count_start_day && end.day() == start.day() { end.pred_opt() } else { Some(end) }
}

/// What the date calculator answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calculation {
    /// Total months.
    pub months: u32,
    /// Last day; `None` outside the calendar.
    pub last_day: Option<Date>,
    /// First free day.
    pub free_from: Option<Date>,
    /// The arithmetic.
    pub explanation: Vec<Line>,
}

/// The date calculator: the total of `months` and `extensions` from `start`.
pub fn calculate(start: Date, months: u32, extensions: &[u32], count_start_day: bool) -> Calculation {
    let total = extensions.iter().fold(months, |sum, e| sum.saturating_add(*e));
    let last = last_day(start, total, count_start_day);
    Calculation { months: total, last_day: last, free_from: last.and_then(|d| d.succ_opt()), explanation: Vec::new() }
}
