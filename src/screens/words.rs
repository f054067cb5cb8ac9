//! The office's words as the screens show them: a state is a sign and a word, a date is a date or a dash, an article is
//! cited with its pack.

use crate::domain::person::Votes;
use crate::domain::{CaseState, Date, DeviceState, Level, Secrecy, State, TripState};
use crate::index::PeriodRow;
use crate::rules::answer::{Missing, Outcome, Question, Reason};
use crate::ui::paint::{Pieces, piece, width};
use crate::ui::theme::{Glyph, Role};

use super::Context;

/// How a state looks: sign and colour.
const fn state_look(state: State) -> (Glyph, Role) {
    match state {
        State::Candidate => (Glyph::Empty, Role::Dim),
        State::OnPost => (Glyph::Full, Role::Good),
        State::InPeriod => (Glyph::Half, Role::Info),
        State::Ended => (Glyph::Alert, Role::Alarm),
        State::Released => (Glyph::Yes, Role::Dim),
    }
}

/// Sign and word.
pub fn state(cx: &Context, state: State) -> Pieces {
    let (glyph, role) = state_look(state);
    vec![piece(cx.theme.glyph(glyph), role), piece(format!(" {}", cx.texts.word("state", state.code())), role)]
}

/// Word for a level; the one for "not set" where there is none.
pub fn level(cx: &Context, level: Option<Level>) -> String {
    cx.texts.word("level", level.map_or("none", Level::code))
}

/// Core is said aloud, the rest quietly.
pub const fn level_role(level: Option<Level>) -> Role {
    match level {
        Some(Level::Core) => Role::Strong,
        Some(_) => Role::Text,
        None => Role::Warn,
    }
}

/// `2026-06-15`, or a dash.
pub fn date(day: Option<Date>) -> String {
    day.map_or_else(|| "-".to_owned(), |d| d.to_string())
}

/// How many days a day lies ahead or behind, in words: "in 12 days", "today", "3 days ago".
pub fn distance(cx: &Context, day: Date) -> String {
    let days = (day - cx.today).num_days();
    match days {
        0 => cx.texts.t("distance.today"),
        1.. => cx.texts.fill("distance.ahead", &[("days", days.to_string())]),
        _ => cx.texts.fill("distance.behind", &[("days", days.saturating_neg().to_string())]),
    }
}

/// How urgent a last day is.
pub fn urgency(cx: &Context, day: Date) -> Role {
    match (day - cx.today).num_days() {
        ..=-1 => Role::Alarm,
        0..=30 => Role::Warn,
        31..=90 => Role::Info,
        _ => Role::Text,
    }
}

/// The last day of a period as a list shows it: the day with a sign when it rests on an assumption, a span when only a
/// range is known, what it waits for when nothing is.
pub fn period_end(cx: &Context, period: &PeriodRow) -> Pieces {
    if let Some(last) = period.last_day {
        let mut out = vec![piece(last.to_string(), urgency(cx, last))];
        if !period.assumed.is_empty() {
            out.push(piece(format!(" {}", cx.texts.t("mark.assumed")), Role::Warn));
        }
        return out;
    }
    match (period.earliest, period.latest) {
        (Some(a), Some(b)) => vec![piece(format!("{a} ~ {b}"), Role::Warn)],
        (Some(a), None) => vec![piece(format!("{a} ~"), Role::Warn)],
        (None, Some(b)) => vec![piece(format!("~ {b}"), Role::Warn)],
        (None, None) => vec![piece(cx.texts.t("mark.undetermined"), Role::Warn)],
    }
}

/// Sign and word of an outcome.
pub fn outcome(cx: &Context, outcome: Outcome) -> Pieces {
    let (glyph, role) = match outcome {
        Outcome::Allowed => (Glyph::Yes, Role::Good),
        Outcome::AllowedWhen => (Glyph::Half, Role::Warn),
        Outcome::NotAllowed => (Glyph::No, Role::Alarm),
        Outcome::Silent => (Glyph::None, Role::Dim),
    };
    let word = cx.texts.word("outcome", outcome_code(outcome));
    vec![piece(cx.theme.glyph(glyph), role), piece(format!(" {word}"), role)]
}

/// Stable name of an outcome.
const fn outcome_code(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Silent => "silent",
        Outcome::Allowed => "allowed",
        Outcome::AllowedWhen => "allowed_when",
        Outcome::NotAllowed => "not_allowed",
    }
}

/// Sign and word of a trip's state.
pub fn trip_state(cx: &Context, state: TripState) -> Pieces {
    let (glyph, role) = match state {
        TripState::Draft => (Glyph::Empty, Role::Dim),
        TripState::Pending => (Glyph::Alert, Role::Alarm),
        TripState::Approved | TripState::PapersIssued | TripState::Travelling => (Glyph::Half, Role::Info),
        TripState::Returned => (Glyph::Half, Role::Warn),
        TripState::Closed => (Glyph::Yes, Role::Dim),
        TripState::Rejected | TripState::Objected => (Glyph::No, Role::Dim),
        TripState::Withdrawn => (Glyph::None, Role::Dim),
    };
    let word = cx.texts.word("trip_state", state.code());
    vec![piece(cx.theme.glyph(glyph), role), piece(format!(" {word}"), role)]
}

/// How a body voted, and who was present.
pub fn votes(cx: &Context, votes: &Votes) -> String {
    let values = [
        ("for", votes.favour.to_string()),
        ("against", votes.against.to_string()),
        ("abstain", votes.abstain.to_string()),
        ("present", votes.present.join(&cx.texts.t("list.separator"))),
    ];
    cx.texts.fill("votes.said", &values)
}

/// Sign and word of a case's state.
pub fn case_state(cx: &Context, state: CaseState) -> Pieces {
    let (glyph, role) = match state {
        CaseState::Open => (Glyph::Half, Role::Warn),
        CaseState::Closed => (Glyph::Yes, Role::Dim),
        CaseState::Refused => (Glyph::No, Role::Dim),
        CaseState::Withdrawn => (Glyph::None, Role::Dim),
    };
    let word = cx.texts.word("case_state", state.code());
    vec![piece(cx.theme.glyph(glyph), role), piece(format!(" {word}"), role)]
}

/// The level mark of a computer or medium; what has none asks for one.
pub fn secrecy(cx: &Context, secrecy: Option<Secrecy>) -> Pieces {
    let role = match secrecy {
        Some(Secrecy::TopSecret) => Role::Strong,
        Some(_) => Role::Text,
        None => Role::Warn,
    };
    vec![piece(cx.texts.word("secrecy", secrecy.map_or("none", Secrecy::code)), role)]
}

/// Cells of the longest level mark, which differs by language.
pub fn secrecy_width(cx: &Context) -> u16 {
    let all = Secrecy::ALL.iter().map(|s| s.code()).chain(["none"]);
    all.map(|code| width(&cx.texts.word("secrecy", code))).max().unwrap_or(8)
}

/// What became of a computer or medium.
pub fn device_state(cx: &Context, state: DeviceState) -> Pieces {
    let role = match state {
        DeviceState::InUse => Role::Good,
        DeviceState::InRepair => Role::Warn,
        DeviceState::InStore => Role::Info,
        DeviceState::TakenBack | DeviceState::Destroyed => Role::Dim,
    };
    vec![piece(cx.texts.word("device_state", state.code()), role)]
}

/// The article with its pack.
pub fn cite(cx: &Context, pack: &str, article: &str) -> String {
    cx.texts.cite(cx.packs, pack, article)
}

/// Cells of the longest level, which differs by language.
pub fn level_width(cx: &Context) -> u16 {
    let all = Level::ALL.iter().map(|l| width(&level(cx, Some(*l))));
    all.max().unwrap_or(0)
}

/// Cells a state needs at least to be told from the others; the longest ones are cut.
pub fn state_width(cx: &Context) -> u16 {
    let all = [State::Candidate, State::OnPost, State::InPeriod, State::Ended, State::Released];
    all.iter().map(|s| width(&cx.texts.word("state", s.code()))).max().unwrap_or(0).saturating_add(2).min(15)
}

/// What a question is called: the subject with what makes it particular.
pub fn question(cx: &Context, question: Question) -> String {
    let t = cx.texts;
    let subject = t.word("subject", question.subject());
    let more = match question {
        Question::Travel { kind, .. } => t.word("trip", kind.code()),
        Question::ForeignJob { employer } => t.word("employer", employer.code()),
        Question::Post { level: Some(level) } => t.word("level", level.code()),
        _ => return subject,
    };
    t.fill("card.question", &[("subject", subject), ("more", more)])
}

/// A reason as a sentence.
pub fn reason(cx: &Context, r: &Reason) -> String {
    cx.texts.say("reason", &r.code, &r.facts)
}

/// A missing step as a sentence; steps of a chain have their own names.
pub fn missing(cx: &Context, m: &Missing) -> String {
    if cx.texts.get(&format!("missing.{}", m.code)).is_some() {
        return cx.texts.say("missing", &m.code, &m.facts);
    }
    cx.texts.word("step", &m.code)
}

/// What a clock is called.
pub fn clock(cx: &Context, code: &str) -> String {
    cx.texts.get(&format!("clock.{code}")).map_or_else(|| code.to_owned(), str::to_owned)
}

/// A flag as a sentence.
pub fn flag(cx: &Context, code: &str) -> String {
    cx.texts.get(&format!("flag.{code}")).map_or_else(|| code.to_owned(), str::to_owned)
}

/// What a choice of the unit is called.
pub fn choice(cx: &Context, key: &str) -> String {
    cx.texts.get(&format!("choice_name.{key}")).map_or_else(|| key.to_owned(), str::to_owned)
}

/// The value of a choice in words; numbers and texts as they are.
pub fn choice_value(cx: &Context, key: &str, value: &str) -> String {
    let code = format!("choice_value.{key}_{}", value.replace('-', "_"));
    cx.texts.get(&code).map_or_else(|| value.to_owned(), str::to_owned)
}

/// The score in words, a dash where nothing was checked.
pub fn percent(cx: &Context, score: crate::rules::Score) -> String {
    let n = score.percent().map_or_else(|| "-".to_owned(), |n| format!("{n}%"));
    cx.texts.fill("checklist.percent", &[("n", n)])
}
