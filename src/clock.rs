//! The only "now". Everything else is given `today` or a time stamp.

use chrono::{DateTime, FixedOffset, NaiveDate, Offset, SecondsFormat, Utc};

/// Seconds east of UTC used unless the unit sets another: China's one zone.
const CHINA: i32 = 8 * 3600;

fn now() -> DateTime<FixedOffset> {
    #[expect(clippy::disallowed_methods, reason = "this file is the one place that reads the clock")]
    let utc = Utc::now();
    utc.with_timezone(&FixedOffset::east_opt(CHINA).unwrap_or_else(|| Utc.fix()))
}

/// Today's civil date at the fixed offset +08:00.
pub fn today() -> NaiveDate {
    now().date_naive()
}

/// The time stamp of a journal entry, RFC 3339 with offset, to the millisecond.
pub fn stamp() -> String {
    now().to_rfc3339_opts(SecondsFormat::Millis, false)
}
