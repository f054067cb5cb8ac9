//! What falls due or is overdue.

use super::answer::DueItem;
use super::{Session, SessionError};
use crate::domain::summary::TripSummary;
use crate::domain::{Date, PersonId, PersonSummary, State, TripState, View as _};
use crate::index::{Index, Query, Row, View};
use crate::rules;
use crate::store::Snapshot;

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
                    for trip in pending(&person, until) {
                        let waits = self.waits_for(s, person.id, trip.n)?;
                        let (pack, article) = waits.unwrap_or_else(|| (String::new(), rules::NOT_STATED.to_owned()));
                        let overdue = trip.depart_on < today;
                        out.push(item(&person, today, trip.depart_on, overdue, "travel_pending", &pack, &article));
                    }
                }
            }
            self.of_machines(s, until, &mut out)?;
            Ok(out)
        })?;
        out.sort_by(|a, b| (a.due, a.record, &a.kind).cmp(&(b.due, b.record, &b.kind)));
        out.truncate(self.most_rows().unwrap_or(usize::MAX));
        Ok(out)
    }
}

impl Session {
    /// Findings to be settled, and machines to be inspected.
    fn of_machines(&self, s: &Snapshot, until: Date, out: &mut Vec<DueItem>) -> Result<(), SessionError> {
        let today = self.today();
        let mut index = Index::new(today);
        s.computers()?.into_iter().for_each(|c| index.put_computer(c));
        self.put_inspections(s, &mut index, None)?;
        let rows = |view| index.list(view, &Query::default(), None).items.into_iter().filter_map(|i| index.row(i));
        let about = |record, due, kind: &str, name, department: &str, pack: &str, article: &str| DueItem {
            due,
            days_left: (due - today).num_days(),
            overdue: due < today,
            kind: kind.to_owned(),
            record,
            person: None,
            name,
            department: Some(department.to_owned()).filter(|d| !d.is_empty()),
            level: None,
            pack: pack.to_owned(),
            article: article.to_owned(),
        };
        for row in rows(View::Findings).chain(rows(View::Due)) {
            match row {
                Row::Finding(f) if f.finding.finding.open(today) => {
                    let x = &f.finding.finding;
                    let name = format!("{} {}", f.label, f.finding.spot.item);
                    if let Some(due) = x.due.filter(|d| *d <= until) {
                        out.push(about(f.brief.id.into(), due, "finding", name, &f.department, &x.pack, &x.article));
                    }
                }
                Row::Computer(c) => {
                    if let Some(d) = c.machine.due.as_ref().filter(|d| d.due <= until) {
                        let name = index.label(&c.id.into());
                        out.push(about(c.id.into(), d.due, "inspection", name, &c.department, &d.pack, &d.article));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The pack and article of the step a request waits for; where no step is left, the pack alone.
    fn waits_for(&self, s: &Snapshot, id: PersonId, trip: u32) -> Result<Option<(String, String)>, SessionError> {
        let Some(person) = s.person(id)? else { return Ok(None) };
        let (Some(unit), Some(trip)) = (s.unit(person.unit)?, person.trip(trip)) else { return Ok(None) };
        let chain = rules::trip_chain(&self.packs, &unit, &person, trip);
        let next = chain.steps.iter().find(|s| s.done_on.is_none()).map(|s| s.article.clone());
        let next = next.filter(|article| !article.is_empty());
        Ok(Some((chain.pack, next.unwrap_or_else(|| rules::NOT_STATED.to_owned()))))
    }
}

fn pending(p: &PersonSummary, until: Date) -> impl Iterator<Item = &TripSummary> {
    p.trips.iter().filter(move |t| t.state == TripState::Pending && t.depart_on <= until)
}

fn item(p: &PersonSummary, today: Date, due: Date, overdue: bool, kind: &str, pack: &str, article: &str) -> DueItem {
    DueItem {
        due,
        days_left: (due - today).num_days(),
        overdue,
        kind: kind.to_owned(),
        record: p.id.into(),
        person: Some(p.id),
        name: p.name.clone(),
        department: Some(p.department.clone()).filter(|d| !d.is_empty()),
        level: p.level(today),
        pack: pack.to_owned(),
        article: article.to_owned(),
    }
}

fn of_person(p: &PersonSummary, today: Date, until: Date, out: &mut Vec<DueItem>) {
    let mut item = |due: Date, overdue: bool, kind: &str, pack: &str, article: &str| {
        out.push(item(p, today, due, overdue, kind, pack, article));
    };
    for duty in p.duties.iter().filter(|d| d.due <= until && !d.met(today)) {
        // A duty that begins later and is due within the span still falls due within it.
        item(duty.due, duty.overdue(today), duty.kind.code(), &duty.pack, &duty.article);
    }
    if let Some((period, last)) = p.period_on(today).and_then(|q| q.last_day.map(|last| (q, last))) {
        match p.state(today) {
            State::InPeriod if last <= until => item(last, false, "period_end", &period.pack, &period.article),
            // Over and not yet closed: somebody has to tell the person that the duty of secrecy stays.
            State::Ended => item(last, true, "period_close", &period.pack, &period.article),
            _ => {}
        }
    }
}
