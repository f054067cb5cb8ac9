//! The person card as lines: what each section shows, and what Enter on a line explains.

use chrono::Datelike;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::explain::explain;
use super::sheet::{Line, Link, Sheet};
use super::{Card, Context, records, words};
use crate::domain::Date;
use crate::rules::answer::{Duty, Outcome, Verdict};
use crate::ui::chart::{Axis, Span, timeline};
use crate::ui::paint::{self, Pieces, line, line_width, padded, piece, width};
use crate::ui::popup;
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
    records::posts(&mut sheet, &card.person);
    records::papers(&mut sheet, &card.person);
    records::trips(&mut sheet, card);
    records::departures(&mut sheet, card);
    records::cases(&mut sheet, card);
    records::waivers(&mut sheet, &card.person);
    records::held(&mut sheet, card);
    if !card.person.note.is_empty() {
        sheet.section("card.note");
        sheet.text(&card.person.note, Role::Text);
    }
    records::facts(&mut sheet, card);
    records::history(&mut sheet, &card.history);
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
    let day = (verdict.on != cx.today).then(|| cx.texts.fill("card.for_day", &[("date", verdict.on.to_string())]));
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
    parts.splice(0..0, day);
    parts.join("  ")
}

/// The pane beside the sheet: what the line under the cursor rests on, else the governing period.
pub fn beside(card: &Card, link: Option<Link>, cx: &Context, area: Rect, buf: &mut Buffer) {
    paint::upright(buf, area, area.x, cx.theme);
    let inner = Rect { x: area.x.saturating_add(2), width: area.width.saturating_sub(3), ..area };
    let link = link.or_else(|| card.standing.period.as_ref().map(|_| Link::Period));
    let link = link.or_else(|| (!card.verdicts.is_empty()).then_some(Link::Verdict(0)));
    let Some(link) = link else { return };
    let (title, rest) = explain(card, link, cx, inner.width);
    let mut all = vec![line(title, Role::Section)];
    all.extend(rest);
    popup::lines(buf, inner, &all, 0, cx.theme);
}

/// One axis of time for everything that runs or is owed, each with its days and its article.
fn clocks(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    let s = &card.standing;
    let owed: Vec<(usize, &Duty)> = s.duties.iter().enumerate().filter(|(_, d)| open(d, cx)).collect();
    if s.clocks.is_empty() && s.period.is_none() && owed.is_empty() {
        return;
    }
    sheet.section("card.clocks");
    let several = s.clocks.iter().filter(|c| matches!(c.code.as_str(), "period" | "law_period")).count() > 1;
    let mut spans = Vec::new();
    let mut links = Vec::new();
    for (n, c) in s.clocks.iter().enumerate() {
        let governs = n == 0 && s.period.is_some();
        let mut note = span_note(cx, c.from, c.until, &c.pack, &c.article);
        if governs && several {
            note.insert(0, piece(format!("{}  ", cx.texts.t("card.governs")), Role::Strong));
        }
        let role = c.until.map_or(Role::Warn, |d| match words::urgency(cx, d) {
            // What has ended is over, not late.
            Role::Text => Role::Bar,
            Role::Alarm if c.code != "visit_due" && c.code != "papers_back" => Role::Dim,
            other => other,
        });
        spans.push(Span {
            label: words::clock(cx, &c.code),
            from: c.from.map(days),
            until: c.until.map(days),
            note,
            role,
        });
        links.push(if governs { Link::Period } else { Link::Clock(n) });
    }
    for (n, d) in owed {
        let late = d.overdue(cx.today);
        let (glyph, role) = if late { (Glyph::Alert, Role::Alarm) } else { (Glyph::Empty, Role::Text) };
        let mut note = span_note(cx, Some(d.opens), Some(d.due), &d.pack, &d.article);
        if late {
            note.insert(0, piece(format!("{}  ", cx.texts.t("card.overdue")), Role::Alarm));
        }
        spans.push(Span {
            label: format!("{} {}", cx.theme.glyph(glyph), cx.texts.word("duty", d.kind.code())),
            from: Some(days(d.opens)),
            until: Some(days(d.due)),
            note,
            role: if role == Role::Text { Role::Bar } else { role },
        });
        links.push(Link::Duty(n));
    }
    let axis = Axis { today: days(cx.today), label: cx.texts.t("card.today"), ticks: ticks(&spans, cx.today) };
    for (n, pieces) in timeline(&spans, &axis, sheet.width.saturating_sub(4), cx.theme) {
        sheet.push(pieces, n.and_then(|n| links.get(n).copied()));
    }
    period_notes(sheet, card);
}

/// From when until when, how far that is, and where it is written.
fn span_note(cx: &Context, from: Option<Date>, until: Option<Date>, pack: &str, article: &str) -> Pieces {
    let days =
        format!("{} ~ {}", words::date(from), until.map_or_else(|| cx.texts.t("mark.undetermined"), |d| d.to_string()));
    let role = until.map_or(Role::Warn, |d| words::urgency(cx, d));
    let far = until.map(|d| words::distance(cx, d)).unwrap_or_default();
    vec![
        piece(format!("{days}  "), Role::Text),
        piece(
            if far.is_empty() { far } else { format!("{far}  ") },
            if role == Role::Alarm { Role::Text } else { role },
        ),
        piece(words::cite(cx, pack, article), Role::Dim),
    ]
}

/// The first days of years, or of months where the time is short.
fn ticks(spans: &[Span], today: Date) -> Vec<(i64, String)> {
    let all = || spans.iter().flat_map(|s| [s.from, s.until]).flatten().chain([days(today)]);
    let (Some(first), Some(last)) = (all().min(), all().max()) else { return Vec::new() };
    let start = chrono::TimeDelta::try_days(first).and_then(|d| Date::default().checked_add_signed(d));
    let Some(start) = start else { return Vec::new() };
    let short = last - first < 500;
    // Never more names than any screen has room for.
    let step = if short { 1 } else { ((last - first) / 365 / 30 + 1).unsigned_abs() as u32 * 12 };
    let mut out = Vec::new();
    let mut at = Date::from_ymd_opt(start.year(), 1, 1);
    while let Some(day) = at.filter(|d| days(*d) <= last) {
        let text = if short { format!("{}-{:02}", day.year(), day.month()) } else { day.year().to_string() };
        out.push((days(day), text));
        at = day.checked_add_months(chrono::Months::new(step));
    }
    out
}

/// What is open or doubtful about the governing period.
fn period_notes(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    let Some(p) = &card.standing.period else { return };
    if p.last_day.is_none()
        && let (Some(a), Some(b)) = (p.earliest, p.latest)
    {
        let span = [("earliest", a.to_string()), ("latest", b.to_string())];
        sheet.linked(&cx.texts.fill("card.between", &span), Role::Warn, Link::Period);
    }
    if !p.assumed.is_empty() {
        sheet.linked(&cx.texts.t("note_line.assumed"), Role::Warn, Link::Period);
    }
    if let Some(stated) = p.stated_last_day.filter(|d| Some(*d) != p.last_day) {
        let text = cx.texts.fill("note_line.stated", &[("date", stated.to_string())]);
        sheet.linked(&text, Role::Warn, Link::Period);
    }
}

/// Whether a duty asks for something now.
fn open(d: &Duty, cx: &Context) -> bool {
    !d.met(cx.today) && (d.overdue(cx.today) || d.opens <= cx.today)
}

/// Days since a common day.
fn days(day: Date) -> i64 {
    (day - Date::default()).num_days()
}
