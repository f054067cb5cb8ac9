//! Projects people into the summaries that lists read: day numbers that stay true for two calendar years.

use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::Datelike;

use super::career::title;
use super::chain::matters;
use super::standing::{Career, flags};
use super::{Packs, Period, duty, trip_chain};
use crate::domain::person::Trip;
use crate::domain::summary::{DutySummary, PROJECTION, PeriodSummary, PersonSummary, Phase, Projector, TripSummary};
use crate::domain::{Date, Person, TripState, Unit};

/// Projects by a set of packs.
#[derive(Debug, Clone)]
pub struct RulesProjector {
    packs: Packs,
    version: u64,
}

impl RulesProjector {
    /// A projector over these packs.
    pub fn new(packs: Packs) -> Self {
        let mut hasher = DefaultHasher::new();
        (PROJECTION, env!("CARGO_PKG_VERSION")).hash(&mut hasher);
        for pack in &*packs.list {
            pack.text.hash(&mut hasher);
        }
        Self { packs, version: hasher.finish() }
    }
}

fn phases(career: &Career) -> Vec<Phase> {
    let at = |from: Option<Date>, day: Date| {
        let place = career.place(day);
        let departure = career.leaving(place.leaving).filter(|(_, p)| p.is_some()).map(|(l, _)| l.number);
        Phase { from, state: place.state, level: place.level, post: title(career.person, day), departure }
    };
    let days = career.turning_days();
    let before = days.first().and_then(Date::pred_opt).unwrap_or(Date::MIN);
    let mut out = vec![at(None, before)];
    for day in days {
        let phase = at(Some(day), day);
        let same = out.last().is_some_and(|l| Phase { from: phase.from, ..l.clone() } == phase);
        if !same {
            out.push(phase);
        }
    }
    out
}

fn period(p: &Period) -> PeriodSummary {
    PeriodSummary {
        departure: p.departure,
        pack: p.pack.clone(),
        start: p.start,
        start_rule: p.start_rule.clone(),
        months: p.months(),
        last_day: p.last_day,
        earliest: p.earliest,
        latest: p.latest,
        article: p.article.clone(),
        stated_last_day: p.stated_last_day,
        assumed: p.assumed.clone(),
        blocked_by: p.blocked_by.clone(),
        closed_on: p.closed_on,
    }
}

/// The trainings within the span, and the last before it: enough to tell the last one on any day of the span.
fn trained(person: &Person, (first, last): (Date, Date)) -> Vec<Date> {
    let days = || person.trainings.iter().map(|t| t.on);
    let mut out: Vec<Date> = days().filter(|d| *d < first).max().into_iter().collect();
    let mut within: Vec<Date> = days().filter(|d| (first..=last).contains(d)).collect();
    within.sort_unstable();
    out.append(&mut within);
    out
}

fn trip(packs: &Packs, unit: &Unit, person: &Person, t: &Trip) -> TripSummary {
    let chain = (t.state == TripState::Pending).then(|| trip_chain(packs, unit, person, t));
    let next = chain.as_ref().and_then(|c| Some((&c.pack, c.steps.iter().find(|s| s.done_on.is_none())?)));
    TripSummary {
        n: t.n,
        kind: t.kind,
        state: t.state,
        destination: t.destination.clone(),
        depart_on: t.depart_on,
        return_on: t.return_on,
        submitted_on: t.submitted_on,
        waits_for: next.map(|(_, s)| s.code),
        waits_by: next.map(|(pack, s)| (pack.clone(), s.article.clone())).unwrap_or_default(),
    }
}

impl Projector for RulesProjector {
    fn person(&self, unit: &Unit, person: &Person, today: Date) -> PersonSummary {
        let career = Career::new(&self.packs, unit, person);
        let governs = career.place(today).leaving;
        let mut now = None;
        let mut more_periods = Vec::new();
        for (n, (_, found)) in career.leavings.iter().enumerate() {
            match found {
                Some(p) if governs == Some(n) => now = Some(period(p)),
                Some(p) => more_periods.push(period(p)),
                None => {}
            }
        }
        // One year more than a standing of today looks at, so that the last day of the span still sees what comes.
        let horizon = duty::horizon(self.span(today).1);
        let duties = duty::duties(&self.packs, unit, &career, horizon, today);
        PersonSummary {
            id: person.id,
            revision: person.revision,
            unit: person.unit,
            department: person.department.clone(),
            name: person.name.clone(),
            identity: person.identity.clone(),
            staff_number: person.staff_number.clone(),
            phases: phases(&career),
            period: now,
            more_periods,
            duties: duties
                .into_iter()
                .map(|d| DutySummary {
                    kind: d.kind,
                    pack: d.pack,
                    opens: d.opens,
                    due: d.due,
                    article: d.article,
                    met_from: d.met_from,
                    met_until: d.met_until,
                    also_met: d.also_met,
                })
                .collect(),
            trained: trained(person, self.span(today)),
            trips: person.trips.iter().map(|t| trip(&self.packs, unit, person, t)).collect(),
            matters: matters(&self.packs, unit, person),
            flags: flags(&self.packs, unit, &career),
        }
    }

    /// From 1 January of the year to 31 December of the next.
    fn span(&self, today: Date) -> (Date, Date) {
        let year = today.year();
        (
            Date::from_ymd_opt(year, 1, 1).unwrap_or(today),
            Date::from_ymd_opt(year.saturating_add(1), 12, 31).unwrap_or(today),
        )
    }

    fn version(&self) -> u64 {
        self.version
    }
}
