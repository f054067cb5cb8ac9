//! Runs on post, leavings, levels: what the records say about a day.

use crate::domain::{Date, Person};

/// Whether the person is on a classified post on `day`: a post is held and no leaving has ended it.
pub fn on_post(person: &Person, day: Date) -> bool {
    person.on_post(day)
}
