//! What falls due or is overdue.

use super::answer::DueItem;
use super::{Session, SessionError};
use crate::domain::{Date, PersonSummary, State, TripState};

impl Session {
    /// Everything that falls due within `days` or is overdue, by day.
    ///
    /// # Errors
    /// The store cannot be read; the operator may not read people.
    pub fn due(&self, days: u32) -> Result<Vec<DueItem>, SessionError> {
        self.may_read_people()?;
        let today = self.today();
        let until = today.checked_add_days(chrono::Days::new(days.into())).unwrap_or(Date::MAX);
        let mut out = self.read(|s| {
            let mut out = Vec::new();
            for segment in 0..s.people_segments() {
                for person in s.people_segment(segment, today)? {
                    of_person(&person, today, until, &mut out);
                }
            }
            Ok(out)
        })?;
        out.sort_by(|a, b| (a.due, a.person, &a.kind).cmp(&(b.due, b.person, &b.kind)));
        Ok(out)
    }
}

fn of_person(p: &PersonSummary, today: Date, until: Date, out: &mut Vec<DueItem>) {
    let mut item = |due: Date, overdue: bool, kind: &str, pack: &str, article: &str| {
        out.push(DueItem {
            due,
            days_left: (due - today).num_days(),
            overdue,
            kind: kind.to_owned(),
            person: p.id,
            name: p.name.clone(),
            department: Some(p.department.clone()).filter(|d| !d.is_empty()),
            level: p.level(today),
            pack: pack.to_owned(),
            article: article.to_owned(),
        });
    };
    for duty in p.duties.iter().filter(|d| d.due <= until && !d.met(today)) {
        // A duty that begins later and is due within the span still falls due within it.
        item(duty.due, duty.overdue(today), duty.kind.code(), &duty.pack, &duty.article);
    }
    if let Some((period, last)) = p.period.as_ref().and_then(|q| q.last_day.map(|last| (q, last))) {
        match p.state(today) {
            State::InPeriod if last <= until => item(last, false, "period_end", &period.pack, &period.article),
            // Over and not yet closed: somebody has to tell the person that the duty of secrecy stays.
            State::Ended => item(last, true, "period_close", &period.pack, &period.article),
            _ => {}
        }
    }
    for trip in p.trips.iter().filter(|t| t.state == TripState::Pending && t.depart_on <= until) {
        item(trip.depart_on, trip.depart_on < today, "travel_pending", "", "");
    }
}
