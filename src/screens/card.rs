//! The person card as lines: what each section shows, and what Enter on a line explains.

use super::sheet::{Line, Link, Sheet};
use super::{Card, Context, records, words};
use crate::domain::Date;
use crate::rules::answer::{Duty, Outcome, Verdict};
use crate::ui::chart::{Span, timeline};
use crate::ui::paint::{Pieces, line, line_width, padded, piece, width};
use crate::ui::theme::{Glyph, Role};

/// The two or three lines at the top: who this is.
pub fn head(card: &Card, cx: &Context, width_: u16) -> Vec<Pieces> {
    let t = cx.texts;
    let (p, s) = (&card.person, &card.standing);
    let mut first = vec![piece(p.name.clone(), Role::Strong), piece(format!("  {}   ", p.id), Role::Dim)];
    first.extend(words::state(cx, s.state));
    first.push(piece("   ", Role::Text));
    first.push(piece(words::level(cx, s.level), words::level_role(s.level)));
    let place = [p.department.as_str(), s.post.as_str()].into_iter().filter(|x| !x.is_empty()).collect::<Vec<_>>();
    first.push(piece(format!("   {}", place.join("  ")), Role::Text));
    let mut facts: Vec<(String, String)> = Vec::new();
    let mut fact = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            facts.push((t.t(key), value));
        }
    };
    fact("fact.identity", p.identity.as_ref().map(ToString::to_string));
    fact("fact.staff_number", p.staff_number.clone());
    fact("fact.sex", p.sex.map(|x| t.word("sex", x.code())));
    fact("fact.employment", Some(t.word("employment", p.employment.code())));
    fact("fact.filed_on", p.filed_on.map(|d| d.to_string()));
    fact("fact.unit", (cx.units.len() > 1).then(|| card.unit.name.clone()));
    let mut second: Pieces = Vec::new();
    let mut used = 0_u16;
    for (label, value) in facts {
        let need = width(&label).saturating_add(width(&value)).saturating_add(4);
        if used.saturating_add(need) > width_ {
            break;
        }
        used = used.saturating_add(need);
        second.push(piece(format!("{label} "), Role::Dim));
        second.push(piece(format!("{value}   "), Role::Text));
    }
    vec![first, second]
}

/// All lines below the head, `width` cells wide.
pub fn lines(card: &Card, cx: &Context, width: u16) -> Vec<Line> {
    let mut sheet = Sheet { cx, width, lines: Vec::new() };
    if !card.standing.flags.is_empty() {
        sheet.section("card.flags");
        for flag in &card.standing.flags {
            sheet.text(&words::flag(cx, flag), Role::Warn);
        }
    }
    sheet.section("card.verdicts");
    verdicts(&mut sheet, card);
    clocks(&mut sheet, card);
    duties(&mut sheet, card);
    records::posts(&mut sheet, &card.person);
    records::papers(&mut sheet, &card.person);
    records::trips(&mut sheet, card);
    records::departures(&mut sheet, card);
    records::cases(&mut sheet, card);
    records::held(&mut sheet, card);
    if !card.person.note.is_empty() {
        sheet.section("card.note");
        sheet.text(&card.person.note, Role::Text);
    }
    records::history(&mut sheet, card);
    sheet.lines
}

fn verdicts(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    let name = |n: usize| card.verdicts.get(n).map(|(q, _)| words::question(cx, *q)).unwrap_or_default();
    let label = (0..card.verdicts.len()).map(|n| width(&name(n))).max().unwrap_or(0).min(sheet.width * 2 / 5);
    let word = card.verdicts.iter().map(|(_, v)| line_width(&words::outcome(cx, v.outcome))).max().unwrap_or(0);
    for (n, (_, verdict)) in card.verdicts.iter().enumerate() {
        let mut pieces = vec![piece(format!("{} ", padded(&name(n), label, cx.theme)), Role::Text)];
        let outcome = words::outcome(cx, verdict.outcome);
        let gap = word.saturating_sub(line_width(&outcome)).saturating_add(2);
        pieces.extend(outcome);
        pieces.push(piece(" ".repeat(usize::from(gap)), Role::Text));
        pieces.push(piece(short(verdict, cx), Role::Dim));
        sheet.push(pieces, Some(Link::Verdict(n)));
    }
}

/// A verdict in half a line: its article, then what is missing next or why not.
fn short(verdict: &Verdict, cx: &Context) -> String {
    let decisive = verdict.reasons.iter().find(|r| !r.article.is_empty()).or_else(|| verdict.reasons.first());
    let mut parts: Vec<String> = Vec::new();
    if let Some(next) = verdict.missing.first() {
        let n = verdict.missing.len().to_string();
        parts.push(cx.texts.fill("card.missing_short", &[("n", n), ("next", words::missing(cx, next))]));
    } else if verdict.outcome != Outcome::Silent
        && let Some(r) = decisive
    {
        parts.push(words::reason(cx, r));
    }
    if let Some(free) = verdict.free_from.filter(|_| verdict.outcome == Outcome::NotAllowed) {
        parts.push(cx.texts.fill("card.free_short", &[("date", free.to_string())]));
    }
    if let Some(r) = decisive.filter(|r| !r.article.is_empty()) {
        parts.insert(0, words::cite(cx, &r.pack, &r.article));
    }
    parts.join("  ")
}

fn clocks(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    let (s, day) = (&card.standing, days(cx.today));
    if s.clocks.is_empty() && s.period.is_none() {
        return;
    }
    sheet.section("card.clocks");
    let note = |until: Option<Date>, pack: &str, article: &str| {
        let left =
            until.map_or_else(|| cx.texts.t("mark.undetermined"), |d| format!("{d}  {}", words::distance(cx, d)));
        format!("{left}  {}", words::cite(cx, pack, article))
    };
    let spans: Vec<Span> = s
        .clocks
        .iter()
        .map(|c| Span {
            label: words::clock(cx, &c.code),
            from: c.from.map(days),
            until: c.until.map(days),
            note: note(c.until, &c.pack, &c.article),
            role: c.until.map_or(Role::Warn, |d| {
                if words::urgency(cx, d) == Role::Text { Role::Bar } else { words::urgency(cx, d) }
            }),
        })
        .collect();
    for (n, pieces) in timeline(&spans, day, sheet.width.saturating_sub(4), cx.theme).into_iter().enumerate() {
        sheet.push(pieces, Some(if n == 0 && s.period.is_some() { Link::Period } else { Link::Clock(n) }));
    }
    if let Some(p) = &s.period {
        if p.last_day.is_none()
            && let (Some(a), Some(b)) = (p.earliest, p.latest)
        {
            let span = [("earliest", a.to_string()), ("latest", b.to_string())];
            sheet.push(line(cx.texts.fill("card.between", &span), Role::Warn), Some(Link::Period));
        }
        if !p.assumed.is_empty() {
            sheet.push(line(cx.texts.t("note_line.assumed"), Role::Warn), Some(Link::Period));
        }
        if let Some(stated) = p.stated_last_day.filter(|d| Some(*d) != p.last_day) {
            let text = cx.texts.fill("note_line.stated", &[("date", stated.to_string())]);
            sheet.push(line(text, Role::Warn), Some(Link::Period));
        }
    }
}

/// Days since a common day.
fn days(day: Date) -> i64 {
    (day - Date::default()).num_days()
}

fn duties(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    let open = |d: &Duty| !d.met(cx.today) && (d.overdue(cx.today) || d.opens <= cx.today);
    let wanted: Vec<usize> = card.standing.duties.iter().enumerate().filter(|(_, d)| open(d)).map(|(n, _)| n).collect();
    if wanted.is_empty() {
        return;
    }
    sheet.section("card.duties");
    for n in wanted {
        if let Some(d) = card.standing.duties.get(n) {
            let late = d.overdue(cx.today);
            let (glyph, role) = if late { (Glyph::Alert, Role::Alarm) } else { (Glyph::Empty, Role::Text) };
            let what = format!("{} {}", cx.theme.glyph(glyph), cx.texts.word("duty", d.kind.code()));
            let when = format!("{}  {}", d.due, words::distance(cx, d.due));
            let cells = [(what, 24, role), (when, 24, role), (words::cite(cx, &d.pack, &d.article), 0, Role::Dim)];
            sheet.row(&cells, Some(Link::Duty(n)));
        }
    }
}
