//! `show`, `check`.

use serde::Serialize;

use super::args::{CheckArgs, EmployerArg, LevelArg, ShowArgs, ShowKind, TripArg, WhatArg};
use super::failure::Result;
use super::lists::table;
use super::out::{day, or_dash};
use super::{Cx, id, later};
use crate::domain::{Channel, ComputerId, Employer, JournalPublic, Level, PersonId, TripKind};
use crate::error::{Error, Kind};
use crate::i18n::Texts;
use crate::rules::{Outcome, Question, embedded, usual_questions};
use crate::session::answer::{self, CardAnswer, ComputerRow, VerdictAnswer};

/// `show person|computer ID`.
pub fn show(cx: &mut Cx, args: &ShowArgs) -> Result {
    if args.as_of.is_some() {
        return later(cx, "--as-of");
    }
    match args.kind {
        ShowKind::Person => {
            let id: PersonId = id(&args.id, "P000123")?;
            let session = cx.open_to_read()?;
            let card = session.card(id, session.today(), &usual_questions())?;
            let mut answer = session.card_answer(&card);
            if let Some(reason) = &args.reveal {
                let numbers = session.reveal(id, reason, Channel::Cli)?;
                (answer.identity, answer.record.phone) = (numbers.identity, numbers.phone);
            }
            if cx.out.json { cx.out.document(&answer)? } else { person(cx, &answer)? }
        }
        ShowKind::Computer => {
            let id: ComputerId = id(&args.id, "C000012")?;
            let session = cx.open_to_read()?;
            let (record, row, history) = session.computer(id)?;
            let answer = ComputerAnswer { computer: row, record, history };
            if cx.out.json { cx.out.document(&answer)? } else { computer(cx, &answer)? }
        }
        ShowKind::Inspection => return super::inspect::inspection(cx, &args.id),
    }
    Ok(0)
}

/// What `show computer` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ComputerAnswer {
    /// The keys of the list.
    #[serde(flatten)]
    pub computer: ComputerRow,
    /// The whole record.
    pub record: crate::domain::Computer,
    /// Who changed what and when, newest first.
    pub history: Vec<JournalPublic>,
}

fn computer(cx: &mut Cx, c: &ComputerAnswer) -> Result<()> {
    let texts = cx.texts();
    let row = answer::Row::Computer(Box::new(c.computer.clone()));
    let view = answer::ListView::Computers;
    for (column, cell) in answer::columns(view).iter().zip(answer::cells(view, &row, texts)) {
        pair(cx, &texts.t(&format!("cli.column.{column}")), &cell)?;
    }
    history(cx, &c.history)
}

/// A name and its value on a line.
fn pair(cx: &mut Cx, name: &str, value: &str) -> Result<()> {
    let line = cx.texts().fill("cli.pair", &[("name", name), ("value", &or_dash(Some(value)))]);
    Ok(cx.out.line(&line)?)
}

fn person(cx: &mut Cx, card: &CardAnswer) -> Result<()> {
    let texts = cx.texts();
    let p = &card.person;
    let column = |name: &str| texts.t(&format!("cli.column.{name}"));
    cx.out.heading(&format!("{}  {}", p.id, p.name))?;
    for (name, value) in [
        ("department", p.department.clone().unwrap_or_default()),
        ("level", answer::level(p.level, texts)),
        ("state", texts.word("state", p.state.code())),
        ("post", p.post.clone().unwrap_or_default()),
        ("identity", card.identity.clone().unwrap_or_default()),
        ("phone", card.record.phone.clone().unwrap_or_default()),
        ("staff_number", card.record.staff_number.clone().unwrap_or_default()),
        ("employment", texts.word("employment", card.record.employment.code())),
        (
            "attention",
            p.flags.iter().map(|f| texts.get(&format!("flag.{f}")).unwrap_or(f)).collect::<Vec<_>>().join(", "),
        ),
    ] {
        pair(cx, &column(name), &value)?;
    }
    if let Some(q) = &p.period {
        cx.out.line("")?;
        cx.out.heading(&texts.t("cli.card.period"))?;
        pair(cx, &column("last_day"), &answer::last_day(q))?;
        pair(cx, &column("days_left"), &q.days_left.map(|d| d.to_string()).unwrap_or_default())?;
        pair(cx, &column("stated_last_day"), &day(q.stated_last_day))?;
        for line in &card.explanation {
            cx.out.paragraph("  ", &line.text)?;
        }
    }
    if !card.clocks.is_empty() {
        cx.out.line("")?;
        cx.out.heading(&texts.t("cli.card.clocks"))?;
        for c in &card.clocks {
            let name = texts.get(&format!("clock.{}", c.code)).unwrap_or(&c.code);
            let cite = cite(&c.pack, &c.article, texts);
            cx.out.line(&format!("  {name}  {} – {}  ({cite})", day(c.from), day(c.until)))?;
        }
    }
    cx.out.line("")?;
    cx.out.heading(&texts.t("cli.card.verdicts"))?;
    for (question, v) in usual_questions().into_iter().zip(&card.verdicts) {
        verdict_lines(cx, question, v)?;
    }
    let overdue: Vec<_> = card.duties.iter().filter(|d| !d.met).collect();
    if !overdue.is_empty() {
        cx.out.line("")?;
        cx.out.heading(&texts.t("cli.card.duties"))?;
        for d in overdue {
            let mark = if d.overdue { texts.t("cli.card.overdue") } else { String::new() };
            let name = texts.word("duty", d.kind.code());
            let cite = cite(&d.pack, &d.article, texts);
            cx.out.line(format!("  {}  {name}  ({cite})  {mark}", d.due).trim_end())?;
        }
    }
    records(cx, card)?;
    if !card.held.is_empty() {
        cx.out.line("")?;
        cx.out.heading(&texts.t("cli.card.held"))?;
        for h in &card.held {
            let mark = h.secrecy.map(|s| texts.word("secrecy", s.code())).unwrap_or_default();
            cx.out.line(&format!("  {}  {}  {}  {mark}", h.id, h.number, h.title))?;
        }
    }
    history(cx, &card.history)
}

/// Trips, trainings and pledges.
fn records(cx: &mut Cx, card: &CardAnswer) -> Result<()> {
    let texts = cx.texts();
    let mut section = |title: &str, lines: Vec<String>| -> Result<()> {
        if !lines.is_empty() {
            cx.out.line("")?;
            cx.out.heading(&texts.t(title))?;
            for line in lines {
                cx.out.line(&format!("  {line}"))?;
            }
        }
        Ok(())
    };
    let r = &card.record;
    let trips = r.trips.iter().map(|t| {
        let kind = texts.word("trip", t.kind.code());
        let state = texts.word("trip_state", t.state.code());
        format!("T{}  {kind}  {}  {} – {}  {state}", t.n, t.destination, t.depart_on, day(t.return_on))
    });
    section("cli.card.trips", trips.collect())?;
    let trainings =
        r.trainings.iter().map(|t| format!("{}  {}  {}", t.on, texts.word("training", t.kind.code()), t.topic));
    section("cli.card.trainings", trainings.collect())?;
    let pledges = r.pledges.iter().map(|p| format!("{}  {}", p.on, texts.word("pledge", p.kind.code())));
    section("cli.card.pledges", pledges.collect())
}

pub(super) fn history(cx: &mut Cx, history: &[JournalPublic]) -> Result<()> {
    let texts = cx.texts();
    cx.out.line("")?;
    cx.out.heading(&texts.t("cli.card.history"))?;
    for h in history {
        let channel = answer::channel(h.channel, texts);
        let at: String = h.at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
        let verb = texts.get(&format!("verb.{}", h.verb)).unwrap_or(&h.verb);
        let fields = texts.changed(h.fields.iter().map(String::as_str));
        cx.out.paragraph(&format!("  {}  {at}  {}  {channel}  {verb}  ", h.seq, h.operator), &fields)?;
    }
    Ok(())
}

/// A pack with its article, as people read it.
pub fn cite(pack: &str, article: &str, texts: Texts) -> String {
    texts.cite(&embedded(), pack, article)
}

/// A verdict as lines: the outcome, its reasons with their articles, what is missing in order.
fn verdict_lines(cx: &mut Cx, question: Question, v: &VerdictAnswer) -> Result<()> {
    let texts = cx.texts();
    let more = match question {
        Question::Travel { kind, .. } => Some(texts.word("trip", kind.code())),
        Question::ForeignJob { employer } => Some(texts.word("employer", employer.code())),
        Question::Post { level } => level.map(|level| texts.word("level", level.code())),
        _ => None,
    };
    let mut subject = texts.word("subject", &v.subject);
    if let Some(more) = more {
        subject = texts.fill("card.question", &[("subject", subject), ("more", more)]);
    }
    let values = [
        ("subject", subject),
        ("on", v.on.to_string()),
        ("outcome", outcome(v.outcome, texts)),
        ("packs", v.packs.join(", ")),
    ];
    cx.out.line(&texts.fill("cli.verdict.head", &values))?;
    for r in &v.reasons {
        let (pack, cite) = (r.pack.clone(), cite(&r.pack, &r.article, texts));
        let values = [("text", r.text.clone()), ("pack", pack), ("cite", cite)];
        let key = if r.article.is_empty() { "cli.verdict.reason_bare" } else { "cli.verdict.reason" };
        let text = texts.fill(key, &values);
        cx.out.paragraph("    ", text.trim_start())?;
    }
    for (i, m) in v.missing.iter().enumerate() {
        let values = [("n", (i + 1).to_string()), ("text", m.text.clone()), ("cite", cite(&m.pack, &m.article, texts))];
        let text = texts.fill("cli.verdict.missing", &values);
        cx.out.paragraph("    ", text.trim_start())?;
    }
    if let Some(free) = v.free_from {
        cx.out.line(&texts.fill("cli.verdict.free", &[("day", free.to_string())]))?;
    }
    Ok(())
}

fn outcome(outcome: Outcome, texts: Texts) -> String {
    let code = match outcome {
        Outcome::Silent => "silent",
        Outcome::Allowed => "allowed",
        Outcome::AllowedWhen => "allowed_when",
        Outcome::NotAllowed => "not_allowed",
    };
    texts.word("outcome", code)
}

/// What `check --all-packs` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct SideBySide {
    /// One verdict for each pack that can answer.
    pub verdicts: Vec<VerdictAnswer>,
}

/// `check WHAT`: exit 1 when the answer is *not allowed*, so that scripts can ask; the others are 0.
pub fn check(cx: &mut Cx, args: &CheckArgs) -> Result {
    if args.as_of.is_some() {
        return later(cx, "--as-of");
    }
    let person: PersonId = id(&args.person, "P000123")?;
    let question = question(args)?;
    let session = cx.open_to_read()?;
    let on = args.on.unwrap_or_else(|| session.today());
    let texts = cx.texts();
    if args.all_packs {
        let verdicts = session.check_all(person, question, on)?;
        let verdicts: Vec<VerdictAnswer> = verdicts.iter().map(|v| VerdictAnswer::of(v, texts)).collect();
        if cx.out.json {
            cx.out.document(&SideBySide { verdicts })?;
            return Ok(0);
        }
        let mut overview = table(&["pack", "outcome", "article"], texts);
        for v in &verdicts {
            let article = v.reasons.first().map(|r| r.article.clone()).unwrap_or_default();
            overview.row(&[v.packs.join(", "), outcome(v.outcome, texts), article]);
        }
        cx.out.table(&overview)?;
        for v in &verdicts {
            cx.out.line("")?;
            verdict_lines(cx, question, v)?;
        }
        return Ok(0);
    }
    let verdict = session.check(person, question, on)?;
    let answer = VerdictAnswer::of(&verdict, texts);
    if cx.out.json {
        cx.out.document(&answer)?;
    } else {
        verdict_lines(cx, question, &answer)?;
    }
    Ok(u8::from(answer.outcome == Outcome::NotAllowed))
}

/// The question with its options; an option that belongs to another question is named.
fn question(args: &CheckArgs) -> Result<Question> {
    let needs = |option: &str, given: bool, belongs: bool| {
        if given && !belongs { Err(Error::new(Kind::Input, "option_elsewhere").with("option", option)) } else { Ok(()) }
    };
    needs("--kind", args.kind.is_some(), args.what == WhatArg::Travel)?;
    needs("--employer", args.employer.is_some(), args.what == WhatArg::ForeignJob)?;
    needs("--level", args.level.is_some(), args.what == WhatArg::Post)?;
    Ok(match args.what {
        WhatArg::Travel => {
            let kind = match args.kind.unwrap_or(TripArg::Private) {
                TripArg::Private => TripKind::Private,
                TripArg::Official => TripKind::Official,
            };
            Question::Travel { kind, trip: None }
        }
        WhatArg::Transfer => Question::Transfer,
        WhatArg::Resign => Question::Resign,
        WhatArg::ForeignJob => {
            let employer = match args.employer {
                Some(EmployerArg::ForeignBody) => Employer::ForeignBody,
                Some(EmployerArg::ForeignOrganisation) => Employer::ForeignOrganisation,
                Some(EmployerArg::ForeignFunded) => Employer::ForeignFunded,
                Some(EmployerArg::WhollyForeign) => Employer::WhollyForeign,
                Some(EmployerArg::Service) => Employer::Service,
                None => return Err(Error::new(Kind::Input, "employer_needed").into()),
            };
            Question::ForeignJob { employer }
        }
        WhatArg::Post => {
            let level = args.level.map(|l| match l {
                LevelArg::Core => Level::Core,
                LevelArg::Important => Level::Important,
                LevelArg::General => Level::General,
            });
            Question::Post { level }
        }
        WhatArg::Leave => Question::Leave,
    })
}
