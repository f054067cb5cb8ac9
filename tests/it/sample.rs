//! A register of invented people for the screens' journeys, made by hand so that the pictures do not depend on the rules:
//! one of every kind the screens tell apart.

#![allow(clippy::assigning_clones, clippy::unused_self, clippy::match_same_arms, clippy::semicolon_if_nothing_returned)]

use std::collections::BTreeMap;
use std::sync::Arc;

use shoumi::app::{LastDraft, Register, Snapshot};
use shoumi::domain::numbers::Numbers;
use shoumi::domain::person::{Departure, LevelChange, Pledge, Post, Training, Trip};
use shoumi::domain::summary::{DutySummary, MatterKind, MatterSummary, PeriodSummary, Phase, StepSummary, TripSummary};
use shoumi::domain::*;
use shoumi::error::{Error, Kind};
use shoumi::i18n::{Lang, Texts};
use shoumi::index::journal::{FieldChange, Filter, Followed, InFull, Page};
use shoumi::rules::answer::*;
use shoumi::screens::{Card, Got, Read, StoreState, usual_questions};
use shoumi::session::{Done, Kept, SessionError};

use crate::support::day;

/// The day of the sample.
pub const TODAY: &str = "2026-03-16";

/// The sample.
#[derive(Debug, Default)]
pub struct Sample {
    /// Names that take the place of the sample's own, in order.
    pub names: Vec<String>,
    /// Makes everybody's texts from the name too.
    pub everywhere: bool,
    /// Nobody at all.
    pub empty: bool,
    /// The journal entry whose chain does not hold; 0 for none.
    pub broken: u64,
}

const NAMES: [&str; 24] = [
    "王建国",
    "李娜",
    "张伟",
    "欧阳修远",
    "单雨桐",
    "曾国强",
    "解晓东",
    "刘洋",
    "陈静",
    "杨帆",
    "赵敏",
    "黄磊",
    "周杰",
    "吴倩",
    "徐鹏",
    "孙丽",
    "阿不都热依木·买买提",
    "马超",
    "朱琳",
    "胡军",
    "郭涛",
    "林芳",
    "何平",
    "高翔",
];
const DEPARTMENTS: [&str; 5] = ["总装车间", "财务部", "保密办公室", "科研一处", "信息中心"];
const POSTS: [&str; 4] = ["涉密工艺员", "机要员", "档案管理", "项目主管"];

/// A period that ends so many days after the sample's day.
fn period(left: i64, months: u32) -> PeriodSummary {
    let last = day(TODAY) + chrono::Days::new(400) - chrono::Days::new((400 - left) as u64);
    PeriodSummary {
        departure: 1,
        pack: "p5-company".into(),
        start: last.checked_sub_months(chrono::Months::new(months)),
        start_rule: "approval".into(),
        months: Some(months),
        last_day: Some(last),
        earliest: None,
        latest: None,
        article: "15".into(),
        stated_last_day: None,
        assumed: Vec::new(),
        blocked_by: Vec::new(),
        closed_on: None,
    }
}

fn duty(kind: DutyKind, due: &str, article: &str) -> DutySummary {
    DutySummary {
        kind,
        pack: "p5-company".into(),
        opens: day(due) - chrono::Days::new(90),
        due: day(due),
        article: article.into(),
        met_from: None,
        met_until: None,
        also_met: Vec::new(),
    }
}

fn trip(state: TripState, depart: &str, to: &str, waits: Option<StepCode>, submitted: &str) -> TripSummary {
    TripSummary {
        n: 1,
        kind: TripKind::Private,
        state,
        destination: to.into(),
        depart_on: day(depart),
        return_on: Some(day(depart) + chrono::Days::new(9)),
        submitted_on: Some(day(submitted)),
        waits_for: waits,
        waits_by: ("p5-company".into(), "22, 24".into()),
    }
}

/// A case with two steps, the first one taken.
fn matter(kind: MatterKind, opened: &str, word: &str) -> MatterSummary {
    let step = |code, article: &str, done_on: Option<&str>| StepSummary {
        code,
        pack: "p5-company".into(),
        article: article.into(),
        done_on: done_on.map(day),
        said: done_on.map(|_| Opinion::Agree),
        by: done_on.map(|_| word.to_owned()).unwrap_or_default(),
        comment: done_on.map(|_| word.to_owned()).unwrap_or_default(),
    };
    MatterSummary {
        n: 1,
        kind,
        state: CaseState::Open,
        opened_on: Some(day(opened)),
        effective_on: Some(day("2026-05-01")),
        reason: word.into(),
        employer: None,
        level: Some(Level::Important),
        closed_on: None,
        steps: vec![
            step(StepCode::DepartmentReview, "5, 6", Some("2026-03-02")),
            step(StepCode::Committee, "5, 6", None),
        ],
    }
}

/// The arithmetic of a period, as the rules would tell it.
fn explanation(p: &PeriodSummary) -> Vec<Line> {
    let (Some(start), Some(months), Some(last)) = (p.start, p.months, p.last_day) else { return Vec::new() };
    let line = |code: &str, article: &str, values: &[(&str, String)]| Line {
        code: code.into(),
        article: article.into(),
        values: values.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
    };
    let (start, months, last) = (start.to_string(), months.to_string(), last.to_string());
    vec![
        line("start_approval", "", &[("start", start.clone())]),
        line("length", "15", &[("level", "core".into()), ("months", months.clone())]),
        line("sum", "", &[("start", start), ("sum", months), ("last_day", last)]),
    ]
}

/// Journal entries read in one go: few, so that going down reads on.
const PAGE: usize = 50;

impl Sample {
    /// The journal: 240 entries, two an hour, by three people.
    fn journal(&self) -> Vec<JournalPublic> {
        if self.empty {
            return Vec::new();
        }
        let verbs = ["add_training", "submit_trip", "step_trip", "set_level", "add_pledge", "change_person"];
        let fields = ["trainings", "trips", "trips", "levels", "pledges", "phone"];
        (1..=240_u64)
            .map(|seq| {
                let n = (seq * 7 % 6) as usize;
                let first = PersonId(seq * 5 % 24 + 1).into();
                let records = if n == 0 { (1..=6).map(|p| PersonId(p).into()).collect() } else { vec![first] };
                JournalPublic {
                    seq,
                    at: format!("2026-03-{:02}T{:02}:{:02}:00+08:00", 1 + seq / 16, 8 + seq % 16 / 2, seq % 2 * 30),
                    operator: ["li.na", "zhou", "wang.qiang"][(seq % 3) as usize].to_owned(),
                    channel: if seq < 20 { Channel::Import } else { Channel::Screen },
                    verb: verbs[n].to_owned(),
                    records,
                    fields: vec![fields[n].to_owned()],
                    rows: None,
                    undoes: None,
                    clock_back: None,
                }
            })
            .collect()
    }

    fn name(&self, n: usize) -> String {
        self.names.get(n % self.names.len().max(1)).cloned().unwrap_or_else(|| NAMES[n % NAMES.len()].into())
    }

    /// Everybody.
    pub fn people(&self) -> Vec<PersonSummary> {
        if self.empty {
            return Vec::new();
        }
        (0..NAMES.len()).map(|n| self.summary(n)).collect()
    }

    fn summary(&self, n: usize) -> PersonSummary {
        let name = self.name(n);
        let text = |own: &str| if self.everywhere { name.clone() } else { own.to_owned() };
        let level = [Some(Level::Core), Some(Level::Important), Some(Level::General)][n % 3];
        let mut s = PersonSummary {
            id: PersonId(n as u64 + 1),
            revision: 1,
            unit: UnitId(1),
            department: text(DEPARTMENTS[n % DEPARTMENTS.len()]),
            name: name.clone(),
            identity: IdentityNumber::parse("990101197003074514").ok(),
            staff_number: Some(text(&format!("10{n:02}"))),
            phases: vec![Phase {
                from: None,
                state: State::OnPost,
                level,
                departure: None,
                post: text(POSTS[n % POSTS.len()]),
            }],
            period: None,
            more_periods: Vec::new(),
            duties: Vec::new(),
            trained: vec![day("2025-04-11")],
            trips: Vec::new(),
            matters: Vec::new(),
            flags: Vec::new(),
        };
        let state = |s: &mut PersonSummary, state| s.phases[0].state = state;
        match n {
            0 => {
                state(&mut s, State::InPeriod);
                s.period = Some(period(12, 36));
            }
            1 => {
                state(&mut s, State::InPeriod);
                s.period = Some(PeriodSummary { assumed: vec!["start_rule".into()], ..period(0, 24) });
            }
            2 => {
                state(&mut s, State::InPeriod);
                s.period = Some(period(55, 12));
            }
            3 => {
                state(&mut s, State::InPeriod);
                s.period = Some(PeriodSummary {
                    last_day: None,
                    months: None,
                    earliest: Some(day("2026-09-01")),
                    latest: Some(day("2028-09-01")),
                    blocked_by: vec!["length".into()],
                    ..period(100, 24)
                });
            }
            4 => {
                state(&mut s, State::Ended);
                s.period = Some(period(-1, 12));
            }
            5 => {
                state(&mut s, State::Released);
                s.period = Some(PeriodSummary { closed_on: Some(day("2026-01-08")), ..period(-80, 12) });
            }
            6 => state(&mut s, State::Candidate),
            7 => {
                s.trips = vec![trip(TripState::Pending, "2026-05-01", "日本", Some(StepCode::Committee), "2026-02-20")]
            }
            8 => s.trips = vec![trip(TripState::Approved, "2026-04-03", "泰国", None, "2026-02-01")],
            9 => s.trips = vec![trip(TripState::Travelling, "2026-03-10", "法国", None, "2026-01-15")],
            10 => {
                s.trips =
                    vec![trip(TripState::Pending, "2026-04-20", "英国", Some(StepCode::SpecialReason), "2026-03-14")]
            }
            11 => s.duties = vec![duty(DutyKind::TrainingBeforePost, "2026-01-10", "9")],
            12 => {
                s.duties =
                    vec![duty(DutyKind::Sessions, "2025-12-31", "9"), duty(DutyKind::PledgeOnPost, "2026-02-01", "8")]
            }
            13 => s.duties = vec![duty(DutyKind::Sessions, "2026-04-30", "9")],
            14 => {
                s.trips = vec![trip(TripState::Returned, "2026-02-10", "新加坡", None, "2025-12-20")];
                s.duties = vec![
                    duty(DutyKind::TravelReport, "2026-03-01", "24"),
                    duty(DutyKind::PapersBack, "2026-03-01", "24"),
                ];
            }
            16 => s.matters = vec![matter(MatterKind::Case(CaseKind::LevelChange), "2026-02-20", &text("岗位调整"))],
            15 => s.duties = vec![duty(DutyKind::Assessment, "2026-03-01", "10")],
            22 => s.matters = vec![matter(MatterKind::Case(CaseKind::Transfer), "2026-03-02", &text("调往地方单位"))],
            17..=21 => {
                state(&mut s, State::InPeriod);
                s.period = Some(period(70 + 37 * (n as i64 - 17), 24));
            }
            _ => {}
        }
        if self.everywhere {
            for t in &mut s.trips {
                t.destination = name.clone();
            }
        }
        s
    }

    fn unit(&self) -> Unit {
        Unit {
            id: UnitId(1),
            revision: 1,
            name: if self.everywhere { self.name(0) } else { "华东精密机械公司".into() },
            pack: "p5-company".into(),
            pack_version: "1".into(),
            law: false,
            tracking_from: day("2024-01-01"),
            choices: BTreeMap::new(),
        }
    }

    fn person(&self, s: &PersonSummary) -> Person {
        let mut p = Person::new(s.id, s.unit, s.name.clone());
        let text = |own: &str| if self.everywhere { s.name.clone() } else { own.to_owned() };
        p.revision = 3;
        p.department = s.department.clone();
        p.identity = s.identity.clone();
        p.staff_number = s.staff_number.clone();
        p.phone = Some("138****8000".into());
        p.sex = Some(Sex::Male);
        p.filed_on = Some(day("2022-06-01"));
        let level = s.phases[0].level;
        let to = s.period.as_ref().and_then(|x| x.start);
        p.posts = vec![Post { n: 1, title: s.phases[0].post.clone(), level, from: Some(day("2019-05-06")), to }];
        p.levels = vec![LevelChange {
            n: 1,
            level,
            from: Some(day("2019-05-06")),
            decided_by: text("保密委员会"),
            reason: text("岗位接触核心秘密"),
        }];
        let training = |n, on: &str, kind, topic: &str| Training {
            n,
            on: day(on),
            kind,
            topic: text(topic),
            minutes: Some(120),
            makeup_for: None,
            certificate: String::new(),
        };
        p.trainings = vec![
            training(1, "2019-04-28", TrainingKind::BeforePost, "岗前保密教育"),
            training(2, "2025-04-11", TrainingKind::OnPost, "保密法新修订"),
        ];
        p.pledges = vec![Pledge {
            n: 1,
            kind: PledgeKind::OnPost,
            on: day("2019-05-06"),
            year: None,
            copies: Some(3),
            text_version: text("2018"),
        }];
        p.trips = s
            .trips
            .iter()
            .map(|t| Trip {
                n: t.n,
                kind: t.kind,
                destination: t.destination.clone(),
                purpose: text("探亲"),
                depart_on: t.depart_on,
                return_on: t.return_on,
                companions: Vec::new(),
                funding: String::new(),
                state: t.state,
                submitted_on: t.submitted_on,
                submitted_by: "li.na".into(),
                changed_by: Vec::new(),
                steps: Vec::new(),
                papers_issued_on: None,
                papers_back_on: None,
                departed_on: None,
                returned_on: None,
                reported_on: None,
                report: String::new(),
                pin: None,
                on_paper: None,
            })
            .collect();
        if let Some(x) = &s.period {
            p.departures = vec![Departure {
                n: 1,
                reason: LeavingReason::MovedInside,
                approved_on: x.start,
                left_on: x.start,
                level,
                length: None,
                extensions: Vec::new(),
                stated_last_day: None,
                destination: text("行政部"),
                managed_by: text("本单位"),
                steps: Vec::new(),
                pin: None,
                opened_by: String::new(),
                changed_by: Vec::new(),
                closed_on: x.closed_on,
            }];
        }
        if self.everywhere {
            p.note = s.name.clone();
        }
        p
    }

    fn standing(&self, s: &PersonSummary) -> Standing {
        let period = s.period.as_ref().map(|x| Period {
            departure: 1,
            pack: x.pack.clone(),
            pack_version: "1".into(),
            start: x.start,
            start_rule: x.start_rule.clone(),
            start_article: String::new(),
            count_start_day: false,
            base_months: x.months,
            extensions: Vec::new(),
            range: None,
            last_day: x.last_day,
            earliest: x.earliest,
            latest: x.latest,
            article: x.article.clone(),
            level: s.phases[0].level,
            stated_last_day: x.stated_last_day,
            assumed: x.assumed.clone(),
            blocked_by: x.blocked_by.clone(),
            closed_on: x.closed_on,
            ends_by_itself: false,
            explanation: explanation(x),
        });
        let clock = |code: &str, article: &str, months: u32| Clock {
            code: code.into(),
            pack: "p5-company".into(),
            article: article.into(),
            from: s.period.as_ref().and_then(|x| x.start),
            until: s.period.as_ref().and_then(|x| x.start?.checked_add_months(chrono::Months::new(months))),
            explanation: Vec::new(),
        };
        let clocks = match &s.period {
            Some(x) => vec![clock("period", "15", x.months.unwrap_or(24)), clock("foreign_job_ban", "21", 36)],
            None => Vec::new(),
        };
        let duties = s
            .duties
            .iter()
            .map(|d| Duty {
                kind: d.kind,
                pack: d.pack.clone(),
                article: d.article.clone(),
                opens: d.opens,
                due: d.due,
                met_from: None,
                met_until: None,
                also_met: Vec::new(),
                values: [
                    ("year", "2025"),
                    ("have", "0"),
                    ("need", "1"),
                    ("base", "2025-03-01"),
                    ("months", "12"),
                    ("days", "10"),
                ]
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .into(),
            })
            .collect();
        let level = s.phases[0].level;
        Standing {
            level,
            state: s.phases[0].state,
            post: s.phases[0].post.clone(),
            period,
            clocks,
            duties,
            flags: s.flags.clone(),
        }
    }

    fn verdict(&self, id: PersonId, question: Question) -> Verdict {
        let missing = |code: &str, article: &str| Missing {
            pack: "p5-company".into(),
            article: article.into(),
            code: code.into(),
            facts: BTreeMap::new(),
        };
        let (outcome, missing, free_from) = match question {
            Question::Travel { .. } => (
                Outcome::AllowedWhen,
                vec![
                    missing("special_reason", "24"),
                    missing("competent_authority", "24"),
                    missing("leader", "24"),
                    missing("committee", "24"),
                ],
                None,
            ),
            Question::Resign => (Outcome::NotAllowed, Vec::new(), Some(day("2026-03-29"))),
            Question::ForeignJob { .. } => (Outcome::NotAllowed, Vec::new(), Some(day("2026-03-29"))),
            Question::Transfer => {
                (Outcome::AllowedWhen, vec![missing("leader", "17"), missing("committee", "17")], None)
            }
            Question::Post { .. } => (Outcome::Allowed, Vec::new(), None),
            Question::Leave => (Outcome::Silent, Vec::new(), None),
        };
        let reason = |code: &str, article: &str| Reason {
            pack: "p5-company".into(),
            article: article.into(),
            code: code.into(),
            facts: BTreeMap::new(),
        };
        let reasons = match question {
            Question::Travel { .. } => {
                vec![reason("travel_forbidden_in_principle", "22, 24"), reason("travel_may_be_refused", "23")]
            }
            Question::Resign => vec![reason("resign_core_no_way", "18")],
            Question::ForeignJob { .. } => vec![reason("foreign_job_ban", "21")],
            Question::Transfer => vec![reason("transfer_special_case", "17")],
            Question::Post { .. } => vec![reason("post_conditions", "7, 8")],
            Question::Leave => vec![reason("silent", "")],
        };
        Verdict {
            subject: question.subject(),
            person: id,
            on: day(TODAY),
            packs: vec!["p5-company".into()],
            outcome,
            reasons,
            missing,
            free_from,
        }
    }
}

impl Register for Sample {
    fn snapshot(&self) -> Result<Snapshot, Error> {
        let name = if self.everywhere { self.name(0) } else { "李娜".into() };
        let operator = Operator { roles: vec![Role::Officer], ..Operator::new(1, "li.na", name) };
        let choice = ChoiceState {
            key: "start_rule".into(),
            pack: "p5-company".into(),
            article: "15".into(),
            allowed: "approval|leaving".into(),
            value: None,
            default: Some("approval".into()),
            owed: true,
        };
        let mut index = shoumi::index::Index::new(day(TODAY));
        for person in self.people() {
            index.put_person(&person);
        }
        Ok(Snapshot {
            head: 1,
            index: Arc::new(index),
            packs: shoumi::rules::embedded(),
            units: vec![self.unit()],
            choices: vec![choice],
            operator,
            accounts: Vec::new(),
            store: StoreState::Demo,
        })
    }

    fn poll(&self, _: u64) -> Result<Option<Snapshot>, Error> {
        Ok(None)
    }

    fn card(&self, id: PersonId, _: Date) -> Result<Card, Error> {
        let people = self.people();
        let s = people.iter().find(|s| s.id == id).ok_or(Error::new(Kind::Refused, "not_found"))?;
        let entry = |seq, at: &str, verb: &str, field: &str| JournalPublic {
            seq,
            at: at.into(),
            operator: "li.na".into(),
            channel: Channel::Screen,
            verb: verb.into(),
            records: vec![id.into()],
            fields: vec![field.into()],
            rows: None,
            undoes: None,
            clock_back: None,
        };
        let title = if self.everywhere { s.name.clone() } else { "联想 M920".to_owned() };
        Ok(Card {
            person: self.person(s),
            unit: self.unit(),
            standing: self.standing(s),
            verdicts: usual_questions().into_iter().map(|q| (q, self.verdict(id, q))).collect(),
            chains: Vec::new(),
            held: vec![Held {
                record: RecordId { kind: RecordKind::Computer, number: 4 },
                number: "BM-2021-004".into(),
                title,
                secrecy: Some(Secrecy::Secret),
            }],
            history: vec![
                entry(212, "2026-02-20T09:14:05.120+08:00", "submit_trip", "trips"),
                entry(40, "2025-04-11T16:02:44.000+08:00", "add_training", "trainings"),
            ],
        })
    }

    fn answer(&self, id: PersonId, question: Question, on: Date) -> Result<Verdict, Error> {
        // From the free day on the answer is another one.
        let verdict = Verdict { on, ..self.verdict(id, question) };
        if verdict.free_from.is_some_and(|free| free <= on) {
            return Ok(Verdict { outcome: Outcome::Allowed, free_from: None, ..verdict });
        }
        Ok(verdict)
    }

    fn read(&self, read: &Read) -> Result<Got, Error> {
        let entries = self.journal();
        Ok(match read {
            Read::Journal(ask) => {
                let index = self.snapshot()?.index;
                let names =
                    |key: &str| Lang::ALL.iter().filter_map(|l| Texts::new(*l).get(key)).map(str::to_owned).collect();
                let filter = Filter::new(&ask.query, &index, &names);
                let below = ask.below.unwrap_or(u64::MAX);
                let page: Vec<JournalPublic> =
                    entries.iter().rev().filter(|e| e.seq < below && filter.fits(e)).take(PAGE).cloned().collect();
                let next = page.last().map(|e| e.seq).filter(|s| *s > 1 && page.len() == PAGE);
                Got::Journal(Page { entries: page, next, head: entries.len() as u64 })
            }
            Read::Entry(seq) => {
                let e = entries.iter().find(|e| e.seq == *seq).ok_or(Error::new(Kind::Refused, "not_found"))?;
                let change = |path: &[&str], before: &str, after: &str| FieldChange {
                    record: e.records[0],
                    path: path.iter().map(|p| (*p).to_owned()).collect(),
                    before: before.to_owned(),
                    after: if self.everywhere { self.name(0) } else { after.to_owned() },
                };
                Got::Entry(Box::new(InFull {
                    public: e.clone(),
                    previous: "5e".repeat(32),
                    hash: "a1".repeat(32),
                    changes: Some(vec![
                        change(&["posts", "1", "to"], "", "2026-03-01"),
                        change(&["levels", "1", "reason"], "岗位调整", "岗位接触核心秘密"),
                        change(&["note"], "已调离", ""),
                    ]),
                    reason: if self.everywhere { self.name(0) } else { String::new() },
                    more: 0,
                }))
            }
            Read::Numbers(person, _) => Got::Numbers(Numbers {
                person: *person,
                name: self.name(0),
                identity: Some("110101199003078515".into()),
                phone: Some(if self.everywhere { self.name(0) } else { "13800138000".into() }),
            }),
            Read::Device(_) => return Err(Error::new(Kind::Refused, "not_found")),
            Read::Chain { .. } => {
                let of = entries.len() as u64;
                Got::Chain(Followed {
                    upto: if self.broken > 0 { self.broken - 1 } else { of },
                    of,
                    bad: Some(self.broken).filter(|b| *b > 0),
                })
            }
        })
    }

    fn commit(&self, _: Command, _: Option<(PersonId, u64)>) -> Result<Done, SessionError> {
        Ok(Done { nothing: true, ..Done::default() })
    }

    fn keep(&self, _: Kept, _: Option<&str>) -> Result<(), Error> {
        Ok(())
    }

    fn kept(&self, _: Kept) -> Result<Option<String>, Error> {
        Ok(None)
    }

    fn leave(&self, _: LastDraft) {}
}
