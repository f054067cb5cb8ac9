//! Duties: what a person owes by a day, and what satisfies it.
//!
//! Readings where the sources are silent:
//! * a paper that comes late satisfies from its own day; one paper before the event is enough, but not one from before
//!   the last leaving (for posts) or from before the trip before (for travel);
//! * a post without a known first day has no day on which "before the post" falls due;
//! * a make-up session counts for the year it names, never for its own; one that names its own or a later year counts
//!   as an ordinary session.

use std::collections::BTreeMap;

use chrono::{Datelike, Days};

use super::career::Run;
use super::standing::{Career, TRAVEL_REPORT_DAYS};
use super::{Duty, DutyRule, NOT_STATED, Pack, PackKind, Packs, last_day};
use crate::domain::person::Trip;
use crate::domain::{Date, DutyKind, Employment, PledgeKind, ReviewKind, State, TrainingKind, TripState, Unit};

/// Days before its due day on which a duty is first shown as open.
const LEAD: u64 = 30;

/// The last due day looked at: the end of the year after next.
pub fn horizon(today: Date) -> Date {
    Date::from_ymd_opt(today.year().saturating_add(2), 12, 31).unwrap_or(Date::MAX)
}

/// The day by which report and papers come back after a return on `day`.
pub fn after_travel(unit: &Unit, day: Date) -> Option<Date> {
    days_after(day, days_after_travel(unit))
}

/// The number of those days.
pub fn days_after_travel(unit: &Unit) -> u32 {
    unit.choice("travel_report_days").and_then(|v| v.parse().ok()).unwrap_or(TRAVEL_REPORT_DAYS)
}

/// So many days later; `None` outside the calendar.
pub fn days_after(day: Date, days: u32) -> Option<Date> {
    day.checked_add_days(Days::new(u64::from(days)))
}

/// What duties are made from.
struct Maker<'a> {
    unit: &'a Unit,
    career: &'a Career<'a>,
    pack: &'a Pack,
    horizon: Date,
    today: Date,
    out: Vec<Duty>,
}

/// Every duty due up to `horizon`, by due day.
pub fn duties(packs: &Packs, unit: &Unit, career: &Career, horizon: Date, today: Date) -> Vec<Duty> {
    let mut out = Vec::new();
    let evaluated = packs.of(unit);
    let reports = evaluated.iter().any(|p| p.duties.iter().any(|d| d.kind == DutyKind::TravelReport));
    for pack in evaluated {
        let mut maker = Maker { unit, career, pack, horizon, today, out: Vec::new() };
        for rule in &pack.duties {
            maker.rule(rule);
        }
        if pack.kind == PackKind::Personnel || pack.id == unit.pack {
            maker.after_travel(!reports);
        }
        out.append(&mut maker.out);
    }
    out.retain(|d| d.due >= unit.tracking_from && d.due <= horizon);
    for duty in &mut out {
        waive(duty, career);
    }
    out.sort_by(|a, b| (a.due, a.kind, &a.pack).cmp(&(b.due, b.kind, &b.pack)));
    out
}

/// Adds the spans of days in which waivers satisfy a duty.
fn waive(duty: &mut Duty, career: &Career) {
    for waiver in &career.person.waivers {
        if waiver.duty != duty.kind || waiver.due.is_some_and(|d| d != duty.due) {
            continue;
        }
        if duty.met_from.is_none() {
            duty.met_from = Some(waiver.on);
            duty.met_until = waiver.until;
        } else {
            duty.also_met.push((waiver.on, waiver.until));
        }
        duty.values.insert("waiver".to_owned(), waiver.n.to_string());
    }
}

impl Maker<'_> {
    fn push(&mut self, rule: &DutyRule, opens: Date, due: Date, met_from: Option<Date>, values: &[(&str, String)]) {
        self.push_as(rule.kind, rule.article.clone(), opens, due, met_from, values);
    }

    fn push_as(
        &mut self,
        kind: DutyKind,
        article: String,
        opens: Date,
        due: Date,
        met_from: Option<Date>,
        values: &[(&str, String)],
    ) {
        self.out.push(Duty {
            kind,
            pack: self.pack.id.clone(),
            article,
            opens,
            due,
            met_from,
            met_until: None,
            also_met: Vec::new(),
            values: values.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect::<BTreeMap<_, _>>(),
        });
    }

    fn rule(&mut self, rule: &DutyRule) {
        match rule.kind {
            DutyKind::TrainingBeforePost | DutyKind::ReviewBeforePost | DutyKind::PledgeOnPost => {
                self.before_post(rule);
            }
            DutyKind::Sessions => self.sessions(rule),
            DutyKind::YearlyStatement => self.statements(rule),
            DutyKind::TrainingBeforeLeaving | DutyKind::PledgeOnLeaving => self.before_leaving(rule),
            DutyKind::TrainingBeforeTravel => self.before_travel(rule),
            DutyKind::TravelReport => self.report(rule),
            DutyKind::JointCheck => self.joint_checks(rule),
            DutyKind::ReReview | DutyKind::Assessment => self.interval(rule),
            DutyKind::Filing => self.filing(rule),
            // Papers have no article in any of the packs: see `after_travel`.
            DutyKind::PapersBack => {}
        }
    }

    fn lead(due: Date) -> Date {
        due.checked_sub_days(Days::new(LEAD)).unwrap_or(due)
    }

    /// The days on which papers of the kind were signed, held or passed.
    fn papers(&self, kind: DutyKind) -> Vec<Date> {
        let person = self.career.person;
        let trainings = |kind: TrainingKind| person.trainings.iter().filter(move |t| t.kind == kind).map(|t| t.on);
        let pledges = |kind: PledgeKind| person.pledges.iter().filter(move |p| p.kind == kind).map(|p| p.on);
        let reviews =
            |kind: ReviewKind| person.reviews.iter().filter(move |r| r.kind == kind && r.passed).map(|r| r.on);
        match kind {
            DutyKind::TrainingBeforePost => trainings(TrainingKind::BeforePost).collect(),
            DutyKind::TrainingBeforeLeaving => trainings(TrainingKind::BeforeLeaving).collect(),
            DutyKind::TrainingBeforeTravel => trainings(TrainingKind::BeforeTravel).collect(),
            DutyKind::PledgeOnPost => pledges(PledgeKind::OnPost).collect(),
            DutyKind::PledgeOnLeaving => pledges(PledgeKind::Leaving).collect(),
            DutyKind::ReviewBeforePost => reviews(ReviewKind::BeforePost).collect(),
            DutyKind::ReReview => reviews(ReviewKind::BeforePost).chain(reviews(ReviewKind::ReReview)).collect(),
            DutyKind::Assessment => reviews(ReviewKind::Assessment).collect(),
            _ => Vec::new(),
        }
    }

    fn before_post(&mut self, rule: &DutyRule) {
        let papers = self.papers(rule.kind);
        let mut left: Option<Date> = None;
        for run in self.career.runs.clone() {
            if let Some(due) = run.from {
                let fits = |d: &&Date| left.is_none_or(|l| l <= **d) && run.to.is_none_or(|t| **d < t);
                let met = papers.iter().filter(fits).min().copied();
                self.push(rule, left.unwrap_or(Self::lead(due)).max(Self::lead(due)), due, met, &[]);
            }
            left = run.to;
        }
    }

    /// Whether somebody owes what is owed by serving people on a day.
    fn serves(&self, day: Date) -> bool {
        self.career.runs.iter().any(|r| r.holds(day))
    }

    fn years(&self) -> std::ops::RangeInclusive<i32> {
        let first = self.career.runs.iter().map(|r| r.from.map_or(i32::MIN, |f| f.year())).min();
        self.unit.tracking_from.year().max(first.unwrap_or(i32::MAX)).max(1900)..=self.horizon.year()
    }

    fn sessions(&mut self, rule: &DutyRule) {
        let person = self.career.person;
        // Retired, seconded and rehired people count as serving for travel, transfer and review, not here.
        if matches!(person.employment, Employment::Retired | Employment::Seconded | Employment::Rehired) {
            return;
        }
        let number = rule.count.or_else(|| self.unit.choice(rule.interval.as_deref()?)?.parse().ok());
        let Some(n) = number.filter(|n| *n > 0) else { return };
        let even = self.unit.choice("training_pace") == Some("even") && 12 % n == 0;
        for year in self.years() {
            let parts: Vec<(u32, u32)> = if even { (1..=n).map(|k| (12 / n * k, 1)).collect() } else { vec![(12, n)] };
            let held = self.sessions_for(year);
            let mut used = 0_usize;
            for (month, need) in parts {
                let Some(due) = month_end(year, month) else { continue };
                if !self.serves(due) || due < self.unit.tracking_from {
                    continue;
                }
                let mine: Vec<Date> = held.iter().skip(used).take(need as usize).copied().collect();
                used += need as usize;
                let met = if mine.len() == need as usize { mine.last().copied() } else { None };
                let have = mine.iter().filter(|d| **d <= self.today).count();
                let opens = Date::from_ymd_opt(year, month + 1 - if even { 12 / n } else { 12 }, 1).unwrap_or(due);
                let values = [("year", year.to_string()), ("have", have.to_string()), ("need", need.to_string())];
                self.push(rule, opens, due, met, &values);
            }
        }
    }

    /// The sessions that count for a year, first in first out: its own by day, then make-ups by day.
    fn sessions_for(&self, year: i32) -> Vec<Date> {
        let counts = self.career.person.trainings.iter();
        let counts = counts.filter(|t| t.kind == TrainingKind::OnPost && self.serves(t.on));
        let (mut own, mut makeup) = (Vec::new(), Vec::new());
        for t in counts {
            match t.makeup_for.filter(|y| *y < t.on.year()) {
                Some(y) if y == year => makeup.push(t.on),
                None if t.on.year() == year => own.push(t.on),
                _ => {}
            }
        }
        own.sort_unstable();
        makeup.sort_unstable();
        own.extend(makeup);
        own
    }

    fn statements(&mut self, rule: &DutyRule) {
        let day = self.unit.choice("statement_day").and_then(read_month_day).unwrap_or((12, 31));
        for year in self.years() {
            let Some(due) = Date::from_ymd_opt(year, day.0, day.1) else { continue };
            if !self.serves(due) {
                continue;
            }
            let person = self.career.person;
            let signed = person.pledges.iter().filter(|p| p.kind == PledgeKind::Yearly);
            let met = signed.filter(|p| p.year.unwrap_or(p.on.year()) == year).map(|p| p.on).min();
            let opens = Date::from_ymd_opt(year, 1, 1).unwrap_or(due);
            self.push(rule, opens, due, met, &[("year", year.to_string())]);
        }
    }

    fn joint_checks(&mut self, rule: &DutyRule) {
        for year in self.years() {
            let Some(due) = Date::from_ymd_opt(year, 12, 31) else { continue };
            if !self.serves(due) {
                continue;
            }
            let checks = self.career.person.reviews.iter().filter(|r| r.kind == ReviewKind::JointCheck);
            let met = checks.filter(|r| r.on.year() == year).map(|r| r.on).min();
            let opens = Date::from_ymd_opt(year, 1, 1).unwrap_or(due);
            self.push(rule, opens, due, met, &[("year", year.to_string())]);
        }
    }

    fn before_leaving(&mut self, rule: &DutyRule) {
        let papers = self.papers(rule.kind);
        let days: Vec<Date> = self.career.leavings.iter().filter_map(|(l, _)| l.day).collect();
        for due in days {
            let began = self.run_before(due).and_then(|r| r.from);
            let returned = self.career.runs.iter().filter_map(|r| r.from).find(|f| *f >= due);
            let fits = |d: &&Date| began.is_none_or(|b| b <= **d) && returned.is_none_or(|r| **d < r);
            let met = papers.iter().filter(fits).min().copied();
            self.push(rule, Self::lead(due), due, met, &[]);
        }
    }

    fn run_before(&self, day: Date) -> Option<Run> {
        self.career.runs.iter().rev().find(|r| r.from.is_none_or(|f| f < day)).copied()
    }

    fn before_travel(&mut self, rule: &DutyRule) {
        let papers = self.papers(rule.kind);
        let trips: Vec<(Date, Date)> = trips(&self.career.person.trips).map(|t| (departs(t), submitted(t))).collect();
        for (due, opens) in trips.iter().copied() {
            if !rule.states.is_empty() && !rule.states.contains(&self.career.place(due).state) {
                continue;
            }
            let before = trips.iter().map(|(d, _)| *d).filter(|d| *d < due).max();
            let met = papers.iter().filter(|d| before.is_none_or(|b| b < **d)).min().copied();
            self.push(rule, opens.min(due), due, met, &[]);
        }
    }

    fn report(&mut self, rule: &DutyRule) {
        for (returned, trip) in back(&self.career.person.trips) {
            if !rule.states.is_empty() && !rule.states.contains(&self.career.place(departs(trip)).state) {
                continue;
            }
            self.owe_report(&rule.article, returned, trip);
        }
    }

    fn owe_report(&mut self, article: &str, returned: Date, trip: &Trip) {
        let Some(due) = after_travel(self.unit, returned) else { return };
        let values = self.travel_values(trip, returned);
        let met = trip.reported_on.or(if trip.state == TripState::Closed { Some(returned) } else { None });
        self.push_as(DutyKind::TravelReport, article.to_owned(), returned, due, met, &values);
    }

    fn travel_values(&self, trip: &Trip, returned: Date) -> [(&'static str, String); 4] {
        let chosen = self.unit.choice("travel_report_days").is_some();
        [
            ("trip", trip.n.to_string()),
            ("default", if chosen { "no" } else { "yes" }.to_owned()),
            ("base", returned.to_string()),
            ("days", days_after_travel(self.unit).to_string()),
        ]
    }

    /// Report and papers within the unit's number of days: no personnel pack has an article for either.
    fn after_travel(&mut self, reports: bool) {
        let covered = [State::OnPost, State::InPeriod];
        for (returned, trip) in back(&self.career.person.trips) {
            if !covered.contains(&self.career.place(departs(trip)).state) {
                continue;
            }
            if reports {
                self.owe_report(NOT_STATED, returned, trip);
            }
            if let (Some(_), Some(due)) = (trip.papers_issued_on, after_travel(self.unit, returned)) {
                let values = self.travel_values(trip, returned);
                let met = trip.papers_back_on.or(if trip.state == TripState::Closed { Some(returned) } else { None });
                self.push_as(DutyKind::PapersBack, NOT_STATED.to_owned(), returned, due, met, &values);
            }
        }
    }

    /// Re-review and assessment: the first is due one interval after going on post, each next one after the last done.
    fn interval(&mut self, rule: &DutyRule) {
        let months = rule.interval.as_deref().and_then(|k| self.unit.choice(k)).and_then(|v| v.parse::<u32>().ok());
        let Some(months) = months.filter(|m| *m > 0) else { return };
        let mut done = self.papers(rule.kind);
        done.sort_unstable();
        for run in self.career.runs.clone() {
            let first_day = run.from.unwrap_or(Date::MIN);
            let mut papers =
                done.iter().copied().filter(|d| *d >= first_day && run.to.is_none_or(|t| *d < t)).peekable();
            let mut base = match run.from {
                Some(from) => from,
                // Without a first day the first paper starts the count.
                None => match papers.next() {
                    Some(first) => first,
                    None => continue,
                },
            };
            while let Some(due) = last_day(base, months, false).filter(|d| *d <= self.horizon) {
                // Papers of the base day itself belong to it.
                while papers.next_if(|d| *d <= base).is_some() {}
                let met = papers.peek().copied();
                if run.holds(due) {
                    let values = [("months", months.to_string()), ("base", base.to_string())];
                    self.push(rule, Self::lead(due), due, met, &values);
                }
                match papers.next() {
                    Some(next) => base = next,
                    None => break,
                }
            }
        }
    }

    fn filing(&mut self, rule: &DutyRule) {
        let days = rule.interval.as_deref().and_then(|k| self.unit.choice(k)).and_then(|v| v.parse::<u64>().ok());
        let Some(days) = days else { return };
        let from = self.career.runs.last().and_then(|r| r.from);
        if let Some((opens, due)) = from.and_then(|f| f.checked_add_days(Days::new(days)).map(|d| (f, d))) {
            let values = [("days", days.to_string()), ("base", opens.to_string())];
            self.push(rule, opens, due, self.career.person.filed_on, &values);
        }
    }
}

/// Trips that count: not drafts, not refused, not taken back.
fn trips(all: &[Trip]) -> impl Iterator<Item = &Trip> {
    use TripState::{Draft, Objected, Rejected, Withdrawn};
    all.iter().filter(|t| !matches!(t.state, Draft | Rejected | Withdrawn | Objected))
}

/// Trips that took place, with the day of return, where one is known.
fn back(all: &[Trip]) -> impl Iterator<Item = (Date, &Trip)> {
    use TripState::{Closed, PapersIssued, Returned, Travelling};
    trips(all).filter_map(|t| {
        let went = t.departed_on.is_some() || matches!(t.state, PapersIssued | Travelling | Returned | Closed);
        let day = t.returned_on.or(if went { t.return_on } else { None })?;
        Some((day, t))
    })
}

/// The day somebody leaves the country.
pub fn departs(trip: &Trip) -> Date {
    trip.departed_on.unwrap_or(trip.depart_on)
}

fn submitted(trip: &Trip) -> Date {
    trip.submitted_on.unwrap_or(trip.depart_on)
}

/// The last day of a month.
fn month_end(year: i32, month: u32) -> Option<Date> {
    let next = if month >= 12 {
        Date::from_ymd_opt(year.checked_add(1)?, 1, 1)
    } else {
        Date::from_ymd_opt(year, month + 1, 1)
    };
    next?.pred_opt()
}

/// `12-31`: a day that every year has.
pub fn read_month_day(text: &str) -> Option<(u32, u32)> {
    let (month, day) = text.trim().split_once('-')?;
    let pair = (month.parse().ok()?, day.parse().ok()?);
    Date::from_ymd_opt(2023, pair.0, pair.1).map(|_| pair)
}
