//! The person card as lines: what each section shows, and what Enter on a line explains.

use super::{Card, Context, detail, words};
use crate::domain::person::Step;
use crate::domain::summary::DutySummary;
use crate::domain::{CaseState, Date, Opinion, Person};
use crate::rules::answer::{Duty, Outcome, Verdict};
use crate::ui::chart::{Span, timeline};
use crate::ui::paint::{Pieces, line, padded, piece, width, wrap};
use crate::ui::theme::{Glyph, Role};

/// What a line stands for, so that Enter can explain it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A verdict, by its place in the card.
    Verdict(usize),
    /// The governing period.
    Period,
    /// A clock, by its place.
    Clock(usize),
    /// A duty, by its place.
    Duty(usize),
    /// The chain of a part, by its place.
    Chain(usize),
}

/// A line of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it shows.
    pub pieces: Pieces,
    /// What it stands for.
    pub link: Option<Link>,
    /// The title of a section.
    pub section: bool,
}

/// The lines under construction.
struct Sheet<'a, 'b> {
    cx: &'a Context<'b>,
    width: u16,
    lines: Vec<Line>,
}

impl Sheet<'_, '_> {
    fn section(&mut self, key: &str) {
        if !self.lines.is_empty() {
            self.lines.push(Line { pieces: Vec::new(), link: None, section: false });
        }
        let title = self.cx.texts.t(key);
        self.lines.push(Line { pieces: line(title, Role::Section), link: None, section: true });
    }

    fn push(&mut self, pieces: Pieces, link: Option<Link>) {
        let mut all = vec![piece("  ", Role::Text)];
        all.extend(pieces);
        self.lines.push(Line { pieces: all, link, section: false });
    }

    fn text(&mut self, text: &str, role: Role) {
        for l in wrap(text, self.width.saturating_sub(4)) {
            self.push(line(l, role), None);
        }
    }

    /// Cells in columns: each is cut or filled to its width, the last runs on.
    fn row(&mut self, cells: &[(String, u16, Role)], link: Option<Link>) {
        let theme = self.cx.theme;
        let last = cells.len().saturating_sub(1);
        let pieces = cells.iter().enumerate().map(|(n, (text, cells, role))| {
            let text = if n == last { text.clone() } else { format!("{} ", padded(text, *cells, theme)) };
            piece(text, *role)
        });
        self.push(pieces.collect(), link);
    }
}

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
    posts(&mut sheet, &card.person);
    papers(&mut sheet, &card.person);
    trips(&mut sheet, card);
    departures(&mut sheet, card);
    cases(&mut sheet, card);
    held(&mut sheet, card);
    if !card.person.note.is_empty() {
        sheet.section("card.note");
        sheet.text(&card.person.note, Role::Text);
    }
    history(&mut sheet, card);
    sheet.lines
}

fn verdicts(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    let name = |n: usize| card.verdicts.get(n).map(|(q, _)| words::question(cx, *q)).unwrap_or_default();
    let label = (0..card.verdicts.len()).map(|n| width(&name(n))).max().unwrap_or(0).min(sheet.width / 3);
    let word = card.verdicts.iter().map(|(_, v)| pieces_width(&words::outcome(cx, v.outcome))).max().unwrap_or(0);
    for (n, (_, verdict)) in card.verdicts.iter().enumerate() {
        let mut pieces = vec![piece(format!("{} ", padded(&name(n), label, cx.theme)), Role::Text)];
        let outcome = words::outcome(cx, verdict.outcome);
        let gap = word.saturating_sub(pieces_width(&outcome)).saturating_add(2);
        pieces.extend(outcome);
        pieces.push(piece(" ".repeat(usize::from(gap)), Role::Text));
        pieces.push(piece(short(verdict, cx), Role::Dim));
        sheet.push(pieces, Some(Link::Verdict(n)));
    }
}

fn pieces_width(pieces: &[crate::ui::paint::Piece]) -> u16 {
    crate::ui::paint::line_width(pieces)
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
        let left = until
            .map(|d| format!("{d}  {}", words::distance(cx, d)))
            .unwrap_or_else(|| cx.texts.t("mark.undetermined"));
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

/// A duty as the pane beside lists shows it.
fn as_summary(d: &Duty) -> DutySummary {
    DutySummary {
        kind: d.kind,
        pack: d.pack.clone(),
        opens: d.opens,
        due: d.due,
        article: d.article.clone(),
        met_from: d.met_from,
        met_until: d.met_until,
        also_met: d.also_met.clone(),
    }
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
            sheet.push(detail::duty(&as_summary(d), cx), Some(Link::Duty(n)));
        }
    }
}

fn posts(sheet: &mut Sheet, p: &Person) {
    let cx = sheet.cx;
    if p.posts.is_empty() && p.levels.is_empty() {
        return;
    }
    sheet.section("card.posts");
    for post in p.posts.iter().rev() {
        let until = post.to.map_or_else(|| cx.texts.t("card.until_now"), |d| d.to_string());
        let time = format!("{} ~ {until}", words::date(post.from));
        let role = if post.held_on(cx.today) { Role::Text } else { Role::Dim };
        sheet.row(&[(time, 25, role), (words::level(cx, post.level), 10, role), (post.title.clone(), 0, role)], None);
    }
    for l in p.levels.iter().rev() {
        let set = cx.texts.fill("card.level_set", &[("level", words::level(cx, l.level))]);
        let why = [l.decided_by.as_str(), l.reason.as_str()].join("  ");
        sheet.row(&[(words::date(l.from), 25, Role::Dim), (set, 14, Role::Text), (why, 0, Role::Dim)], None);
    }
}

fn papers(sheet: &mut Sheet, p: &Person) {
    let t = sheet.cx.texts;
    if !p.trainings.is_empty() {
        sheet.section("card.trainings");
        let mut all: Vec<_> = p.trainings.iter().collect();
        all.sort_by_key(|x| std::cmp::Reverse(x.on));
        for x in all {
            let makeup = x.makeup_for.map(|y| t.fill("card.makeup", &[("year", y.to_string())])).unwrap_or_default();
            let more = [x.topic.as_str(), makeup.as_str(), x.certificate.as_str()].join("  ");
            let kind = t.word("training", x.kind.code());
            sheet.row(&[(x.on.to_string(), 11, Role::Text), (kind, 20, Role::Text), (more, 0, Role::Dim)], None);
        }
    }
    if !p.pledges.is_empty() {
        sheet.section("card.pledges");
        let mut all: Vec<_> = p.pledges.iter().collect();
        all.sort_by_key(|x| std::cmp::Reverse(x.on));
        for x in all {
            let kind = t.word("pledge", x.kind.code());
            let year = x.year.map(|y| y.to_string()).unwrap_or_default();
            sheet.row(&[(x.on.to_string(), 11, Role::Text), (kind, 20, Role::Text), (year, 0, Role::Dim)], None);
        }
    }
    if !p.reviews.is_empty() {
        sheet.section("card.reviews");
        for x in p.reviews.iter().rev() {
            let (glyph, role) = if x.passed { (Glyph::Yes, Role::Text) } else { (Glyph::No, Role::Alarm) };
            let kind = format!("{} {}", sheet.cx.theme.glyph(glyph), t.word("review", x.kind.code()));
            let more = [x.by.as_str(), x.comment.as_str()].join("  ");
            sheet.row(&[(x.on.to_string(), 11, Role::Text), (kind, 20, role), (more, 0, Role::Dim)], None);
        }
    }
}

/// The chain of a part, if the card brought one.
fn chain(card: &Card, part: &str) -> Option<usize> {
    card.chains.iter().position(|(p, _)| p == part)
}

fn trips(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    if card.person.trips.is_empty() {
        return;
    }
    sheet.section("card.trips");
    for x in card.person.trips.iter().rev() {
        let link = chain(card, &format!("T{}", x.n)).map(Link::Chain);
        let mut pieces = vec![piece(format!("{} ~ {}  ", x.depart_on, words::date(x.return_on)), Role::Text)];
        pieces.extend(words::trip_state(cx, x.state));
        pieces.push(piece(format!("  {}", cx.texts.word("trip", x.kind.code())), Role::Dim));
        pieces.push(piece(format!("  {}  {}", x.destination, x.purpose), Role::Text));
        sheet.push(pieces, link);
        steps(sheet, &x.steps);
    }
}

/// The opinions given, one line each.
fn steps(sheet: &mut Sheet, all: &[Step]) {
    let t = sheet.cx.texts;
    for s in all {
        let (glyph, role) = match s.opinion {
            Opinion::Agree => (Glyph::Yes, Role::Dim),
            Opinion::Disagree | Opinion::Object => (Glyph::No, Role::Warn),
        };
        let what = format!("  {} {}", sheet.cx.theme.glyph(glyph), t.word("step", s.code.code()));
        let more = [s.by.as_str(), s.comment.as_str()].join("  ");
        sheet.row(&[(what, 30, role), (s.on.to_string(), 11, Role::Dim), (more, 0, Role::Dim)], None);
    }
}

fn departures(sheet: &mut Sheet, card: &Card) {
    let t = sheet.cx.texts;
    if card.person.departures.is_empty() {
        return;
    }
    sheet.section("card.departures");
    for d in card.person.departures.iter().rev() {
        let link = chain(card, &format!("L{}", d.n)).map_or(Some(Link::Period), |n| Some(Link::Chain(n)));
        let dates = [("approved", words::date(d.approved_on)), ("left", words::date(d.left_on))];
        let text = t.fill("card.departure_days", &dates);
        let end = d.closed_on.map(|c| t.fill("card.closed_on", &[("date", c.to_string())])).unwrap_or_default();
        let reason = t.word("leaving", d.reason.code());
        sheet.row(&[(reason, 18, Role::Text), (format!("{text}  {end}"), 0, Role::Dim)], link);
        steps(sheet, &d.steps);
    }
}

fn cases(sheet: &mut Sheet, card: &Card) {
    let t = sheet.cx.texts;
    if card.person.cases.is_empty() {
        return;
    }
    sheet.section("card.cases");
    for c in card.person.cases.iter().rev() {
        let link = chain(card, &format!("K{}", c.n)).map(Link::Chain);
        let role = if c.state == CaseState::Open { Role::Warn } else { Role::Dim };
        let kind = t.word("case", c.kind.code());
        let state = t.word("case_state", c.state.code());
        let cells = [
            (c.opened_on.to_string(), 11, Role::Text),
            (kind, 14, Role::Text),
            (state, 10, role),
            (c.reason.clone(), 0, Role::Dim),
        ];
        sheet.row(&cells, link);
        steps(sheet, &c.steps);
    }
}

fn held(sheet: &mut Sheet, card: &Card) {
    if card.held.is_empty() {
        return;
    }
    sheet.section("card.held");
    for h in &card.held {
        let level = h.secrecy.map(|s| sheet.cx.texts.word("secrecy", s.code())).unwrap_or_default();
        let cells = [(h.number.clone(), 16, Role::Text), (level, 12, Role::Warn), (h.title.clone(), 0, Role::Text)];
        sheet.row(&cells, None);
    }
}

fn history(sheet: &mut Sheet, card: &Card) {
    let t = sheet.cx.texts;
    if card.history.is_empty() {
        return;
    }
    sheet.section("card.history");
    for h in &card.history {
        let at: String = h.at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
        let fields: Vec<String> =
            h.fields.iter().map(|f| t.get(&format!("field.{f}")).unwrap_or(f).to_owned()).collect();
        let cells = [
            (at, 16, Role::Dim),
            (h.operator.clone(), 10, Role::Text),
            (t.t(&format!("verb.{}", h.verb)), 18, Role::Text),
            (fields.join(&t.t("list.separator")), 0, Role::Dim),
        ];
        sheet.row(&cells, None);
    }
}
