//! Staff drawn by a seed: people with posts, papers, trainings, trips, departures, machines, in the proportions of a
//! middling office. Only what the rules allow: the commands pass `decide` in the order given.

use chrono::{Datelike, Days, Months};

use super::dice::Dice;
use super::tables::{DepartmentPlan, Names, Story, UnitPlan, names, story};
use crate::domain::command::{AddPerson, ComputerFields, Depart, MediumFields, SubmitTrip, TripEvent};
use crate::domain::identity::check_digit;
use crate::domain::{
    Command, Date, LeavingReason, Level, Opinion, PersonId, PledgeKind, ReviewKind, Secrecy, Sex, StepCode,
    TrainingKind, TripKind, UnitId,
};

/// People of one block: one transaction, and the reach of one training session.
const BLOCK: usize = 256;

/// The numbers the next records get.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start {
    pub person: u64,
    pub computer: u64,
    pub medium: u64,
}

/// Blocks of commands, each making up to [`BLOCK`] people.
pub(super) struct Staff {
    story: &'static Story,
    names: &'static Names,
    dice: Dice,
    today: Date,
    left: usize,
    block: usize,
    several_units: bool,
    next: Start,
}

/// What later commands of a block need to know of a person made in it.
struct Made {
    id: PersonId,
    from: Date,
    left: Option<Date>,
}

impl Staff {
    /// `people` more people, whose records get the numbers from `next` on. Above 512 every eighth block belongs to the
    /// second unit; fewer people all belong to the first.
    pub(super) fn new(people: usize, seed: u64, today: Date, next: Start) -> Self {
        Self {
            story: story(),
            names: names(),
            dice: Dice::new(seed),
            today,
            left: people,
            block: 0,
            several_units: people > 2 * BLOCK,
            next,
        }
    }
}

impl Iterator for Staff {
    type Item = Vec<Command>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left == 0 {
            return None;
        }
        let size = self.left.min(BLOCK);
        self.left -= size;
        let number = usize::from(self.several_units && self.block % 8 == 7);
        self.block += 1;
        let unit = self.story.unit.get(number)?;
        let mut out = Vec::with_capacity(size * 6);
        let made: Vec<Made> =
            (0..size).filter_map(|_| self.person(UnitId(number as u64 + 1), unit, &mut out)).collect();
        self.sessions(unit, &made, &mut out);
        Some(out)
    }
}

/// `days` days before `day`.
pub(super) fn before(day: Date, days: u64) -> Date {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// `days` days after `day`.
fn after(day: Date, days: u64) -> Date {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// The `n`-th identity number of people of this sex and birth date: area 99, which does not exist.
pub(super) fn identity(n: u64, born: Date, sex: Sex) -> String {
    let order = n % 500 * 2 + u64::from(sex == Sex::Male);
    let first = format!("99{:04}{}{order:03}", n / 500 % 10_000, born.format("%Y%m%d"));
    let check = check_digit(&first).map_or(String::new(), |c| c.to_string());
    first + &check
}

impl Staff {
    fn name(&mut self, sex: Sex) -> String {
        if self.dice.chance(1) {
            return self.dice.word(&self.names.whole).to_owned();
        }
        let mut name = if self.dice.chance(2) {
            self.dice.word(&self.names.double).to_owned()
        } else {
            self.dice.pick(&self.names.surnames).map(char::to_string).unwrap_or_default()
        };
        let given = if sex == Sex::Male { &self.names.male } else { &self.names.female };
        for _ in 0..=u64::from(self.dice.chance(82)) {
            name.extend(self.dice.pick(given));
        }
        name
    }

    fn person(&mut self, unit_id: UnitId, unit: &UnitPlan, out: &mut Vec<Command>) -> Option<Made> {
        let words = &self.story.words;
        let department = self.dice.weighted(&unit.department, |d| d.weight)?;
        let (title, level, _) = self.dice.weighted(&department.posts, |p| p.2)?;
        let id = PersonId(self.next.person);
        self.next.person += 1;
        let sex = if self.dice.chance(62) { Sex::Male } else { Sex::Female };
        let candidate = self.dice.chance(3);
        let leaver = !candidate && self.dice.chance(16);
        // Somebody who left did so after at least a year on the post.
        let left = leaver.then(|| before(self.today, self.dice.below(4 * 365)));
        let end = left.unwrap_or(self.today);
        let served = if leaver { self.dice.between(400, 9000) } else { self.dice.below(7000) };
        let from = before(end, served);
        let born = before(from, self.dice.between(22 * 366, 35 * 365));
        out.push(Command::AddPerson(AddPerson {
            name: self.name(sex),
            unit: Some(unit_id),
            department: department.name.clone(),
            identity: Some(identity(id.0, born, sex)),
            staff_number: Some(format!("{}{:06}", unit.staff_prefix, id.0)),
            phone: Some(format!("0999-6{:06}", self.dice.below(1_000_000))),
            filed_on: (unit.filing && !candidate).then_some(from),
            post: (!candidate).then(|| title.clone()),
            level: (!candidate).then_some(*level),
            on_post_from: (!candidate).then_some(from),
            note: self.dice.word(&words.notes).to_owned(),
            ..AddPerson::default()
        }));
        if candidate {
            return None;
        }
        self.going_on_post(id, from, out);
        if !leaver && !unit.filing && self.dice.chance(6) && served > 800 {
            let changed = before(self.today, self.dice.between(30, 700));
            let next = if *level == Level::General { Level::Important } else { Level::General };
            out.push(Command::SetLevel {
                person: id,
                level: Some(next),
                from: Some(changed),
                decided_by: words.committee.clone(),
                reason: words.level_reason.clone(),
            });
        }
        if !leaver && served > 1000 && self.dice.chance(12) {
            self.trip(unit, id, out);
        }
        if let Some(left) = left {
            self.departure(unit, id, *level, left, out);
        } else {
            self.devices(unit_id, unit, department, *level, id, out);
        }
        Some(Made { id, from, left })
    }

    /// Review, training and pledge before the post; one in fifty lacks one of them.
    fn going_on_post(&mut self, id: PersonId, from: Date, out: &mut Vec<Command>) {
        let words = &self.story.words;
        if !self.dice.chance(2) {
            out.push(Command::AddReview {
                person: id,
                kind: ReviewKind::BeforePost,
                on: before(from, self.dice.between(5, 30)),
                passed: true,
                by: words.reviewer.clone(),
                comment: words.review_comment.clone(),
            });
        }
        if !self.dice.chance(2) {
            out.push(Command::AddTraining {
                persons: vec![id],
                on: before(from, self.dice.below(10)),
                kind: TrainingKind::BeforePost,
                topic: words.before_post.clone(),
                minutes: Some(180),
                makeup_for: None,
                certificate: String::new(),
            });
        }
        if !self.dice.chance(2) {
            out.push(Command::AddPledge {
                persons: vec![id],
                kind: PledgeKind::OnPost,
                on: from,
                year: None,
                copies: Some(3),
                text_version: words.pledge_text.clone(),
            });
        }
    }

    /// A travel request at some point of its way.
    fn trip(&mut self, unit: &UnitPlan, id: PersonId, out: &mut Vec<Command>) {
        let words = &self.story.words;
        // 0-1 draft or withdrawn, 2-5 pending, 6-7 approved, 8 papers issued, 9 travelling, 10 returned, 11 rejected,
        // 12 and above closed.
        let stage = self.dice.below(24);
        let depart = match stage {
            0..=8 => after(self.today, self.dice.between(12, 80)),
            9 => before(self.today, self.dice.between(1, 9)),
            10 => before(self.today, self.dice.between(12, 30)),
            _ => before(self.today, self.dice.between(40, 900)),
        };
        let length = self.dice.between(5, 11);
        let submitted = before(depart.min(self.today), self.dice.between(35, 60));
        let destination = self.dice.word(&words.destinations).to_owned();
        out.push(Command::SubmitTrip(SubmitTrip {
            person: id,
            kind: TripKind::Private,
            destination,
            purpose: self.dice.word(&words.purposes).to_owned(),
            depart_on: depart,
            return_on: Some(after(depart, length)),
            companions: Vec::new(),
            funding: words.funding.clone(),
            on: Some(submitted),
            special_reason: self.dice.word(&words.special_reasons).to_owned(),
            draft: stage == 0,
        }));
        let move_on = |event, on, text: &str| Command::MoveTrip {
            person: id,
            trip: 1,
            event,
            on: Some(on),
            text: text.to_owned(),
        };
        if stage == 1 {
            out.push(move_on(TripEvent::Withdraw, after(submitted, 3), ""));
        }
        let given = match stage {
            0..=2 => 0,
            3..=5 => self.dice.below(unit.travel_steps.len() as u64) as usize,
            11 => unit.travel_steps.len().saturating_sub(1),
            _ => unit.travel_steps.len(),
        };
        for (n, step) in unit.travel_steps.iter().enumerate().take(given) {
            out.push(self.opinion(id, *step, Opinion::Agree, after(submitted, 2 + 4 * n as u64)));
        }
        if stage == 11
            && let Some(step) = unit.travel_steps.last()
        {
            out.push(self.opinion(id, *step, Opinion::Disagree, after(submitted, 16)));
        }
        if !(6..=24).contains(&stage) || stage == 11 {
            return;
        }
        out.push(Command::AddPledge {
            persons: vec![id],
            kind: PledgeKind::Travel,
            on: after(submitted, 20),
            year: None,
            copies: None,
            text_version: words.pledge_text.clone(),
        });
        if stage >= 8 {
            out.push(move_on(TripEvent::IssuePapers, after(submitted, 22), ""));
        }
        if stage >= 9 {
            out.push(move_on(TripEvent::Depart, depart, ""));
        }
        if stage >= 10 {
            let back = after(depart, length);
            out.push(move_on(TripEvent::Return, back.min(self.today), ""));
            if stage >= 12 {
                out.push(move_on(TripEvent::Report, after(back, 3), &words.report));
                out.push(move_on(TripEvent::PapersBack, after(back, 4), ""));
            }
        }
    }

    fn opinion(&self, id: PersonId, step: StepCode, opinion: Opinion, on: Date) -> Command {
        let words = &self.story.words;
        let (by, agreed) = match step {
            StepCode::DepartmentReview | StepCode::DepartmentLeader => (&words.reviewer, &words.department_comment),
            StepCode::Committee => (&words.committee, &words.committee_comment),
            StepCode::SecrecyReview => (&words.committee, &words.secrecy_comment),
            _ => (&words.leader, &words.leader_comment),
        };
        Command::StepTrip {
            person: id,
            trip: 1,
            step: Some(step),
            opinion,
            by: by.clone(),
            on: Some(on),
            comment: if opinion == Opinion::Agree { agreed.clone() } else { words.reject_comment.clone() },
            votes: None,
        }
    }

    fn departure(&mut self, unit: &UnitPlan, id: PersonId, level: Level, left: Date, out: &mut Vec<Command>) {
        let words = &self.story.words;
        let reasons = [
            LeavingReason::MovedInside,
            LeavingReason::Retired,
            LeavingReason::LeftUnit,
            LeavingReason::Resigned,
            LeavingReason::ContractEnded,
            LeavingReason::PostDeclassified,
        ];
        let approved = before(left, self.dice.between(0, 12));
        // The filing unit chooses a length within the range; most of its leavers have one.
        let chosen = (unit.filing && !self.dice.chance(15)).then(|| 12 + self.dice.below(13) as u32);
        let fixed = match level {
            Level::Core => 36,
            Level::Important => 24,
            Level::General => 12,
        };
        let mut months = chosen.unwrap_or(if unit.filing { 600 } else { fixed });
        let extended = chosen.is_none() && self.dice.chance(4);
        let stated = self.dice.chance(12).then(|| {
            // Some lists count from the other day: a difference the office should see.
            let from = if self.dice.chance(60) { approved } else { left };
            from.checked_add_months(Months::new(months.min(36))).unwrap_or(from)
        });
        out.push(Command::Depart(Depart {
            person: id,
            reason: self.dice.pick(&reasons).copied().unwrap_or(LeavingReason::Other),
            approved_on: Some(approved),
            left_on: Some(left),
            level: None,
            months: chosen,
            months_by: chosen.map_or(String::new(), |_| words.leader.clone()),
            months_reason: chosen.map_or(String::new(), |_| words.extension_reason.clone()),
            stated_last_day: stated,
            destination: self.dice.word(&words.moves_to).to_owned(),
            managed_by: words.managed_by.clone(),
        }));
        for (step, comment) in [(StepCode::ReturnAll, &words.returned_comment), (StepCode::Told, &words.told_comment)] {
            if !self.dice.chance(5) {
                out.push(Command::StepDeparture {
                    person: id,
                    departure: 1,
                    step,
                    on: Some(left),
                    by: words.reviewer.clone(),
                    opinion: Opinion::Agree,
                    comment: comment.clone(),
                    votes: None,
                });
            }
        }
        if !self.dice.chance(4) {
            out.push(Command::AddPledge {
                persons: vec![id],
                kind: PledgeKind::Leaving,
                on: left,
                year: None,
                copies: Some(2),
                text_version: words.pledge_text.clone(),
            });
        }
        if extended {
            months += 6;
            out.push(Command::ExtendPeriod {
                person: id,
                departure: 1,
                months: 6,
                on: Some(left),
                by: words.committee.clone(),
                reason: words.extension_reason.clone(),
                told_on: Some(left),
            });
        }
        let last = approved.checked_add_months(Months::new(months)).unwrap_or(self.today);
        let closed = after(last, self.dice.between(1, 30));
        if closed <= self.today && !self.dice.chance(12) {
            out.push(Command::ClosePeriod { person: id, departure: 1, on: Some(closed) });
        }
    }

    /// One person in four answers for a machine, one in five holds a medium.
    fn devices(
        &mut self,
        unit_id: UnitId,
        unit: &UnitPlan,
        department: &DepartmentPlan,
        level: Level,
        id: PersonId,
        out: &mut Vec<Command>,
    ) {
        let words = &self.story.words;
        // Nothing above what the person's level reaches (p5 3).
        let most = match level {
            Level::Core => Secrecy::TopSecret,
            Level::Important => Secrecy::Secret,
            Level::General => Secrecy::Confidential,
        };
        let computers: Vec<_> = words.computers.iter().filter(|c| c.2 <= most).collect();
        let media: Vec<_> = words.media.iter().filter(|m| m.2 <= most).collect();
        let since = before(self.today, self.dice.between(60, 1800));
        if self.dice.chance(26)
            && let Some((model, kind, secrecy)) = self.dice.pick(&computers)
        {
            let n = self.next.computer;
            self.next.computer += 1;
            out.push(Command::AddComputer(ComputerFields {
                unit: Some(unit_id),
                number: Some(format!("{}-JSJ-{n:05}", unit.staff_prefix)),
                kind: Some(*kind),
                model: Some(model.clone()),
                serial: Some(format!("SN{:010}", self.dice.below(10_000_000_000))),
                disk_serials: Some(vec![format!("HD{:010}", self.dice.below(10_000_000_000))]),
                secrecy: Some(*secrecy),
                department: Some(department.name.clone()),
                custodian: Some(id),
                user: Some(id),
                room: Some(format!("{}{:02}", department.room, self.dice.between(1, 28))),
                os_installed_on: Some(since),
                enabled_on: Some(after(since, 7)),
                ..ComputerFields::default()
            }));
        }
        if self.dice.chance(22)
            && let Some((title, kind, secrecy)) = self.dice.pick(&media)
        {
            let n = self.next.medium;
            self.next.medium += 1;
            out.push(Command::AddMedium(MediumFields {
                unit: Some(unit_id),
                number: Some(format!("{}-ZT-{n:05}", unit.staff_prefix)),
                kind: Some(*kind),
                title: Some(title.clone()),
                serial: Some(format!("MD{:08}", self.dice.below(100_000_000))),
                secrecy: Some(*secrecy),
                department: Some(department.name.clone()),
                holder: Some(id),
                issued_on: Some(since),
                ..MediumFields::default()
            }));
        }
    }

    /// Two sessions a year since two years ago, and the yearly statements of the filing unit; one in fifteen misses.
    fn sessions(&mut self, unit: &UnitPlan, made: &[Made], out: &mut Vec<Command>) {
        let words = &self.story.words;
        let year = self.today.year();
        for y in year - 2..=year {
            for (month, day) in [(3, 6), (4, 18), (10, 22)] {
                // The early session of the current year only; earlier years met in April and October.
                if (month == 3) != (y == year) {
                    continue;
                }
                let Some(on) = Date::from_ymd_opt(y, month, day).filter(|d| *d <= self.today) else { continue };
                let persons = self.present(made, on);
                if !persons.is_empty() {
                    out.push(Command::AddTraining {
                        persons,
                        on,
                        kind: TrainingKind::OnPost,
                        topic: self.dice.word(&words.topics).to_owned(),
                        minutes: Some(120),
                        makeup_for: None,
                        certificate: String::new(),
                    });
                }
            }
            let Some(on) = Date::from_ymd_opt(y, 1, 9).filter(|d| *d <= self.today) else { continue };
            let persons = if unit.filing { self.present(made, on) } else { Vec::new() };
            if !persons.is_empty() {
                out.push(Command::AddPledge {
                    persons,
                    kind: PledgeKind::Yearly,
                    on,
                    year: Some(y),
                    copies: Some(2),
                    text_version: words.pledge_text.clone(),
                });
            }
        }
    }

    /// Who was on post that day and came.
    fn present(&mut self, made: &[Made], on: Date) -> Vec<PersonId> {
        made.iter()
            .filter(|m| m.from <= on && m.left.is_none_or(|l| on < l))
            .filter(|_| self.dice.below(15) != 0)
            .map(|m| m.id)
            .collect()
    }
}
