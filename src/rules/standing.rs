//! Where a person stands on a day, with every clock.
//!
//! Readings where the sources are silent:
//! * somebody back on a post is on post, whatever period still ran;
//! * of several periods the running one with the latest end governs (an open end counts as latest), else the latest;
//! * a period without a known last day runs until somebody closes it, even past the longest length the pack allows.

use super::career::{Leaving, Run, leavings, on_post, runs, title};
use super::period::{Chosen, arithmetic, due_sum, line, pack_of, period_of, start_of};
use super::{Clock, NOT_STATED, Pack, PackKind, Packs, Period, Standing, duty, last_day};
use crate::domain::{Date, Level, Person, ReviewKind, State, Unit};

/// The default for the days within which report and papers come back after travel.
pub const TRAVEL_REPORT_DAYS: u32 = 10;

/// What does not change with the day: runs, leavings and their periods.
pub struct Career<'a> {
    pub person: &'a Person,
    pub runs: Vec<Run>,
    pub leavings: Vec<(Leaving<'a>, Option<Period>)>,
}

/// Where somebody is on a day, without duties and clocks.
pub struct Place {
    pub state: State,
    pub level: Option<Level>,
    /// Index of the leaving that governs.
    pub leaving: Option<usize>,
}

impl<'a> Career<'a> {
    /// The career by the unit's pack; a departure's pin wins.
    pub fn new(packs: &Packs, unit: &'a Unit, person: &'a Person) -> Self {
        Self::with(person, |l| pack_of(packs, unit, l).and_then(|p| period_of(p, unit, person, l)))
    }

    /// The career as this pack alone would have it.
    pub fn under(pack: &Pack, unit: &'a Unit, person: &'a Person) -> Self {
        Self::with(person, |l| period_of(pack, unit, person, l))
    }

    fn with(person: &'a Person, period: impl Fn(&Leaving<'a>) -> Option<Period>) -> Self {
        let runs = runs(person);
        let leavings = leavings(person, &runs);
        let leavings = leavings.into_iter().map(|l| (l, period(&l))).collect();
        Self { person, runs, leavings }
    }

    /// Where the person is on a day.
    pub fn place(&self, day: Date) -> Place {
        if on_post(self.person, day) {
            return self.serving(day);
        }
        let past = || self.leavings.iter().enumerate().filter(|(_, (l, _))| l.by(day));
        let running = past().filter(|(_, (_, p))| p.as_ref().is_none_or(|p| runs_on(p, day)));
        let latest_end = |p: &Option<Period>| p.as_ref().and_then(|p| p.last_day).unwrap_or(Date::MAX);
        if let Some((n, (_, period))) = running.max_by_key(|(n, (_, p))| (latest_end(p), *n)) {
            return Place { state: State::InPeriod, level: self.left_level(period.as_ref(), day), leaving: Some(n) };
        }
        match past().next_back() {
            Some((n, (_, period))) => {
                let over = period.as_ref().is_some_and(|p| p.ends_by_itself || p.closed_on.is_some_and(|c| c <= day));
                let state = if over { State::Released } else { State::Ended };
                Place { state, level: self.left_level(period.as_ref(), day), leaving: Some(n) }
            }
            // Only a leaving still to come is known: whoever is going to leave is still there.
            None if self.person.posts.is_empty() && !self.leavings.is_empty() => self.serving(day),
            None => Place { state: State::Candidate, level: self.person.level_on(day), leaving: None },
        }
    }

    fn serving(&self, day: Date) -> Place {
        let coming = self.leavings.iter().position(|(l, _)| !l.by(day));
        let level = self.person.level_on(day);
        let level = level.or_else(|| {
            let (leaving, _) = self.leavings.get(coming?)?;
            leaving.departure?.level.filter(|_| self.person.posts.is_empty())
        });
        Place { state: State::OnPost, level, leaving: coming }
    }

    fn left_level(&self, period: Option<&Period>, day: Date) -> Option<Level> {
        period.map_or_else(|| self.person.level_on(day), |p| p.level)
    }

    /// The leaving with this index and its period.
    pub fn leaving(&self, n: Option<usize>) -> Option<(&Leaving<'a>, Option<&Period>)> {
        self.leavings.get(n?).map(|(l, p)| (l, p.as_ref()))
    }

    /// The days on which a place can change.
    pub fn turning_days(&self) -> Vec<Date> {
        let person = self.person;
        let mut days: Vec<Date> = person.posts.iter().flat_map(|p| [p.from, p.to]).flatten().collect();
        days.extend(person.levels.iter().filter_map(|l| l.from));
        for (leaving, period) in &self.leavings {
            days.extend(leaving.day);
            if let Some(p) = period {
                days.extend(p.last_day.and_then(|d| d.succ_opt()));
                days.extend(p.closed_on);
            }
        }
        days.sort_unstable();
        days.dedup();
        days
    }
}

/// Whether the period still runs on a day on or after the leaving.
fn runs_on(period: &Period, day: Date) -> bool {
    match period.last_day {
        Some(last) => day <= last,
        None => period.closed_on.is_none_or(|c| day < c),
    }
}

/// State, level, period, clocks and duties of a person on `today`.
pub fn standing(packs: &Packs, unit: &Unit, person: &Person, today: Date) -> Standing {
    let career = Career::new(packs, unit, person);
    let place = career.place(today);
    let period = career.leaving(place.leaving).and_then(|(_, p)| p.cloned());
    Standing {
        level: place.level,
        state: place.state,
        post: title(person, today),
        clocks: clocks(packs, unit, &career, &place, period.as_ref(), today),
        period,
        duties: duty::duties(packs, unit, &career, duty::horizon(today), today),
        flags: flags(packs, unit, &career),
    }
}

/// A pack's own clock as it runs for a person.
pub struct Running {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub until: Option<Date>,
    /// `approval` or `leaving`.
    start: &'static str,
    /// What was assumed to find the first day.
    assumed: Vec<String>,
    /// Whether the first day is counted.
    count: bool,
}

/// A pack's own clock over all leavings up to a day: the latest end counts, and an unknown end as the latest. `None`: no
/// leaving has happened.
pub fn running(pack: &Pack, code: &str, unit: &Unit, career: &Career, day: Date) -> Option<Running> {
    let rule = pack.clocks.iter().find(|c| c.code == code)?;
    let all = career.leavings.iter().filter(|(l, _)| l.by(day)).map(|(l, _)| {
        let chosen = Chosen::new(unit, l, pack);
        let (from, start, assumed) = start_of(rule.start, &chosen, l);
        let count = chosen.yes("count_start_day");
        Running { from, until: from.and_then(|f| last_day(f, rule.months, count)), start, assumed, count }
    });
    all.max_by_key(|r| r.until.unwrap_or(Date::MAX))
}

fn clocks(
    packs: &Packs,
    unit: &Unit,
    career: &Career,
    place: &Place,
    period: Option<&Period>,
    today: Date,
) -> Vec<Clock> {
    let mut out: Vec<Clock> = period.map(|p| of_period("period", p)).into_iter().collect();
    // What governs comes first; other periods that still run, and the law's own word, stand beside it.
    for (n, (leaving, other)) in career.leavings.iter().enumerate() {
        if let Some(p) = other.as_ref().filter(|p| leaving.by(today) && p.closed_on.is_none() && runs_on(p, today))
            && place.leaving.is_some_and(|governs| governs != n)
        {
            out.push(of_period("period", p));
        }
    }
    for pack in packs.of(unit) {
        // Where the law is laid beside the unit's pack, what it says of the same leaving is shown too.
        if let (PackKind::Law, Some((leaving, Some(own)))) = (pack.kind, career.leaving(place.leaving))
            && pack.id != own.pack
            && own.closed_on.is_none()
            && runs_on(own, today)
            && let Some(p) = period_of(pack, unit, career.person, leaving)
        {
            out.push(of_period("law_period", &p));
        }
    }
    for pack in packs.of(unit) {
        for rule in &pack.clocks {
            let Some(runs) = running(pack, &rule.code, unit, career, today) else { continue };
            let mut explanation = Vec::new();
            if let Some(from) = runs.from {
                let start = [("start", from.to_string())];
                explanation.push(line(&format!("start_{}", runs.start), &rule.article, &start));
                let assumed = runs.assumed.iter().map(|a| line(&format!("assumed_{a}"), "", &start));
                explanation.extend(assumed);
                explanation.push(line(&rule.code, &rule.article, &[("months", rule.months.to_string())]));
                arithmetic(&mut explanation, from, rule.months, &[], runs.count);
            } else {
                explanation.push(line("start_unknown", &rule.article, &[]));
            }
            out.push(Clock {
                code: rule.code.clone(),
                pack: pack.id.clone(),
                article: rule.article.clone(),
                from: runs.from,
                until: runs.until,
                explanation,
            });
        }
    }
    out.extend(visit(unit, career.person, place, period, today));
    out.extend(papers(unit, career.person));
    out
}

fn of_period(code: &str, p: &Period) -> Clock {
    Clock {
        code: code.to_owned(),
        pack: p.pack.clone(),
        article: p.article.clone(),
        from: p.start,
        until: p.last_day,
        explanation: p.explanation.clone(),
    }
}

/// The next visit in the period, where the unit set an interval: counted from the last one, else from the start.
fn visit(unit: &Unit, person: &Person, place: &Place, period: Option<&Period>, today: Date) -> Option<Clock> {
    let months: u32 = unit.choice("visit_interval").and_then(|v| v.parse().ok())?;
    if place.state != State::InPeriod {
        return None;
    }
    let visits = person.reviews.iter().filter(|r| r.kind == ReviewKind::Visit && r.on <= today).map(|r| r.on);
    let (last, start) = (visits.max(), period.and_then(|p| p.start));
    let from = last.max(start);
    let mut explanation = Vec::new();
    if let Some(from) = from {
        let code = if last == Some(from) { "last_visit" } else { "first_visit" };
        explanation.push(line(code, "", &[("start", from.to_string()), ("months", months.to_string())]));
        due_sum(&mut explanation, from, months);
    }
    Some(Clock {
        code: "visit_due".to_owned(),
        pack: unit.pack.clone(),
        article: NOT_STATED.to_owned(),
        from,
        until: from.and_then(|f| last_day(f, months, false)),
        explanation,
    })
}

/// Travel papers to hand back.
fn papers<'p>(unit: &Unit, person: &'p Person) -> impl Iterator<Item = Clock> + use<'p> {
    let days = duty::days_after_travel(unit).to_string();
    let chosen = unit.choice("travel_report_days").is_some();
    let (unit_pack, after) = (unit.pack.clone(), duty::days_after_travel(unit));
    person.trips.iter().filter(|t| t.papers_issued_on.is_some() && t.papers_back_on.is_none()).map(move |trip| {
        let back = trip.returned_on.or(trip.return_on);
        let until = back.and_then(|r| duty::days_after(r, after));
        let mut explanation = Vec::new();
        if let (Some(back), Some(until)) = (back, until) {
            let values = [("start", back.to_string()), ("days", days.clone()), ("last_day", until.to_string())];
            explanation.push(line(if chosen { "back_in" } else { "back_in_default" }, "", &values));
        }
        Clock {
            code: "papers_back".to_owned(),
            pack: unit_pack.clone(),
            article: NOT_STATED.to_owned(),
            from: trip.papers_issued_on,
            until,
            explanation,
        }
    })
}

/// Flags that no day changes.
pub fn flags(packs: &Packs, unit: &Unit, career: &Career) -> Vec<String> {
    let person = career.person;
    let mut out: Vec<&str> = Vec::new();
    let own = packs.of(unit).into_iter().find(|p| p.kind == PackKind::Personnel);
    let levels = person.levels.iter().filter_map(|l| l.level).chain(person.posts.iter().filter_map(|p| p.level));
    let mut levels = levels.chain(person.departures.iter().filter_map(|d| d.level));
    if own.is_some_and(|p| !p.only_levels.is_empty() && levels.any(|l| !p.only_levels.contains(&l))) {
        out.push("level_outside_pack");
    }
    for (leaving, period) in &career.leavings {
        let Some(departure) = leaving.departure else {
            out.push("left_without_departure");
            continue;
        };
        if let Some(pin) = &departure.pin
            && packs.get(&pin.pack).is_none_or(|p| p.version != pin.version)
        {
            out.push("pinned_pack_unknown");
        }
        let Some(p) = period else { continue };
        if p.stated_last_day.is_some() && p.last_day.is_some() && p.stated_last_day != p.last_day {
            out.push("stated_differs");
        }
        let rule = packs.get(&p.pack).and_then(|k| k.period.as_ref());
        if !p.extensions.is_empty() && rule.is_some_and(|r| r.extension.is_none()) {
            out.push("extension_without_rule");
        }
        if let (Some(length), Some((min, max))) = (&departure.length, p.range) {
            let extra: u32 = p.extensions.iter().fold(0, |s: u32, e| s.saturating_add(*e));
            let wanted = length.months.saturating_add(extra);
            if min == max && wanted != min {
                out.push("length_differs");
            } else if !(min..=max).contains(&wanted) {
                out.push("length_outside_range");
            }
        }
    }
    if person.trips.iter().any(|t| t.papers_issued_on.is_some() && t.papers_back_on.is_none()) {
        out.push("papers_out");
    }
    let filing = own.is_some_and(|p| p.filing.is_some());
    if filing && person.filed_on.is_none() && career.runs.iter().any(|r| r.to.is_none()) {
        out.push("not_filed");
    }
    let mut out: Vec<String> = out.into_iter().map(str::to_owned).collect();
    out.sort();
    out.dedup();
    out
}
