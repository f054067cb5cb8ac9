//! Why a line of the card says what it says: the verdict in full, the arithmetic of a date, what would satisfy a duty,
//! the steps of a chain. Shown beside the card where there is room, in a box where there is not.

use std::collections::BTreeMap;

use super::sheet::Link;
use super::{Card, Context, words};
use crate::domain::DutyKind;
use crate::domain::person::Departure;
use crate::rules::answer::{Chain, Clock, Duty, Line, Outcome, Period, Verdict};
use crate::ui::paint::{Pieces, line, piece, wrap};
use crate::ui::theme::{Glyph, Role};

/// The title and the lines of an explanation, `width` cells wide.
pub fn explain(card: &Card, link: Link, cx: &Context, width: u16) -> (String, Vec<Pieces>) {
    let mut page = Page { card: Some(card), cx, width: width.max(10), out: Vec::new() };
    let title = match link {
        Link::Verdict(n) => card.verdicts.get(n).map(|(q, v)| {
            page.verdict(v);
            words::question(cx, *q)
        }),
        Link::Period => card.standing.period.as_ref().map(|p| page.period(p)),
        Link::Clock(n) => card.standing.clocks.get(n).map(|c| page.clock(c)),
        Link::Duty(n) => card.standing.duties.get(n).map(|d| page.duty(d)),
        Link::Chain(n) => card.chains.get(n).map(|(part, c)| page.chain(part, c)),
    };
    (title.unwrap_or_default(), page.out)
}

/// What holds until the unit decides, where the register has a default.
fn default(key: &str) -> Option<&'static str> {
    match key {
        "count_start_day" => Some("no"),
        "level_that_counts" => Some("leaving"),
        "training_pace" => Some("year-end"),
        "statement_day" => Some("12-31"),
        "travel_report_days" => Some("10"),
        _ => None,
    }
}

/// The lines of a verdict alone.
pub fn verdict(v: &Verdict, cx: &Context, width: u16) -> Vec<Pieces> {
    let mut page = Page { card: None, cx, width: width.max(10), out: Vec::new() };
    page.verdict(v);
    page.out
}

/// Lines under construction.
struct Page<'a, 'b> {
    /// The card it stands beside; a refusal has none.
    card: Option<&'a Card>,
    cx: &'a Context<'b>,
    width: u16,
    out: Vec<Pieces>,
}

impl Page<'_, '_> {
    fn gap(&mut self) {
        self.out.push(Vec::new());
    }

    fn heading(&mut self, key: &str) {
        self.gap();
        self.out.push(line(self.cx.texts.t(key), Role::Section));
    }

    /// A paragraph with a sign before its first line.
    fn item(&mut self, sign: &str, sign_role: Role, text: &str, role: Role) {
        let indent = crate::ui::paint::width(sign).saturating_add(1);
        for (n, l) in wrap(text, self.width.saturating_sub(indent)).into_iter().enumerate() {
            let lead = if n == 0 { format!("{sign} ") } else { " ".repeat(usize::from(indent)) };
            self.out.push(vec![piece(lead, sign_role), piece(l, role)]);
        }
    }

    fn paragraph(&mut self, text: &str, role: Role) {
        self.out.extend(wrap(text, self.width).into_iter().map(|l| line(l, role)));
    }

    /// The pack with its title.
    fn source(&mut self, pack: &str) {
        let title =
            self.cx.packs.get(pack).map(|p| p.title(self.cx.texts.lang().code()).to_owned()).unwrap_or_default();
        let text = self.cx.texts.fill("explain_box.source", &[("pack", pack.to_owned()), ("title", title)]);
        self.paragraph(&text, Role::Dim);
    }

    fn verdict(&mut self, v: &Verdict) {
        let cx = self.cx;
        let t = cx.texts;
        let mut first = words::outcome(cx, v.outcome);
        let role = if v.on == cx.today { Role::Dim } else { Role::Strong };
        first.push(piece(format!("   {}", t.fill("explain_box.on", &[("date", v.on.to_string())])), role));
        self.out.push(first);
        if v.outcome == Outcome::Silent {
            self.paragraph(&t.t("explain_box.silent"), Role::Text);
        }
        if let Some(free) = v.free_from {
            self.paragraph(&t.fill("explain_box.free_from", &[("date", free.to_string())]), Role::Info);
        }
        if !v.reasons.is_empty() {
            self.heading("explain_box.reasons");
        }
        for r in &v.reasons {
            self.item(cx.theme.glyph(Glyph::Full), Role::Key, &words::reason(cx, r), Role::Text);
            self.item(" ", Role::Dim, &words::cite(cx, &r.pack, &r.article), Role::Dim);
        }
        if !v.missing.is_empty() {
            self.heading(if v.outcome == Outcome::AllowedWhen {
                "explain_box.missing"
            } else {
                "explain_box.missing_too"
            });
        }
        for (n, m) in (1..).zip(&v.missing) {
            let text = format!("{}  {}", words::missing(cx, m), words::cite(cx, &m.pack, &m.article));
            self.item(&format!("{n}."), Role::Key, &text, Role::Text);
        }
        self.facts(v);
        self.gap();
        for pack in &v.packs {
            self.source(pack);
        }
    }

    /// What the answer was drawn from, each fact once.
    fn facts(&mut self, v: &Verdict) {
        const KNOWN: [&str; 4] = ["state", "level", "last_day", "blocked_by"];
        let mut seen: Vec<(&str, &str)> = Vec::new();
        for name in KNOWN {
            for value in v.reasons.iter().filter_map(|r| r.facts.get(name)) {
                if !seen.contains(&(name, value.as_str())) {
                    seen.push((name, value));
                }
            }
        }
        if seen.is_empty() {
            return;
        }
        self.heading("explain_box.facts");
        for (name, value) in seen {
            let values = [(name.to_owned(), value.to_owned())].into();
            let text = self.cx.texts.say("fact_used", name, &values);
            self.item(self.cx.theme.glyph(Glyph::Full), Role::Key, &text, Role::Text);
        }
    }

    /// A clock of its own beside the period: until when, and the way there.
    fn clock(&mut self, c: &Clock) -> String {
        let cx = self.cx;
        match c.until {
            Some(last) => {
                let text = format!("{last}  {}", words::distance(cx, last));
                let label = piece(format!("{}  ", cx.texts.t("fact.last_day")), Role::Dim);
                self.out.push(vec![label, piece(text, words::urgency(cx, last))]);
            }
            None => self.paragraph(&cx.texts.t("mark.undetermined"), Role::Warn),
        }
        if c.code == "law_period" {
            self.paragraph(&cx.texts.t("explain_box.law_period"), Role::Text);
        }
        self.heading("explain_box.arithmetic");
        self.arithmetic(&c.explanation);
        let keys: &[&str] = match c.code.as_str() {
            "visit_due" => &["visit_interval"],
            "papers_back" => &["travel_report_days"],
            _ => &["count_start_day"],
        };
        self.choices(keys, None);
        self.gap();
        self.paragraph(&words::cite(cx, &c.pack, &c.article), Role::Dim);
        self.source(&c.pack);
        words::clock(cx, &c.code)
    }

    /// The unit's decisions that fed a date: those bound to the case, those of the unit, and what stands in for a missing one.
    fn choices(&mut self, keys: &[&str], pinned: Option<&BTreeMap<String, String>>) {
        let t = self.cx.texts;
        let mut lines = Vec::new();
        for key in keys {
            let name = words::choice(self.cx, key);
            if let Some(value) = pinned.and_then(|p| p.get(*key)) {
                let value = words::choice_value(self.cx, key, value);
                lines.push(t.fill("explain_box.choice_pinned", &[("choice", name), ("value", value)]));
            } else if let Some(c) = self.card.and_then(|c| c.unit.choices.get(*key)) {
                let values = [
                    ("choice", name),
                    ("value", words::choice_value(self.cx, key, &c.value)),
                    ("by", c.decided_by.clone()),
                    ("on", c.on.to_string()),
                    ("reason", c.reason.clone()),
                ];
                lines.push(t.fill("explain_box.choice", &values));
            } else if let Some(default) = default(key) {
                let value = words::choice_value(self.cx, key, default);
                lines.push(t.fill("explain_box.choice_default", &[("choice", name), ("value", value)]));
            }
        }
        if !lines.is_empty() {
            self.heading("explain_box.choices");
            for text in lines {
                self.item(self.cx.theme.glyph(Glyph::Full), Role::Key, &text, Role::Text);
            }
        }
    }

    /// The steps of a calculation, each with what it rests on.
    fn arithmetic(&mut self, lines: &[Line]) {
        for l in lines {
            let text = self.cx.texts.say("explain", &l.code, &l.values);
            let text = if l.article.is_empty() { text } else { format!("{text}  [{}]", l.article) };
            self.item(self.cx.theme.glyph(Glyph::Full), Role::Key, &text, Role::Text);
        }
    }

    fn period(&mut self, p: &Period) -> String {
        let cx = self.cx;
        let t = cx.texts;
        match (p.last_day, p.earliest, p.latest) {
            (Some(last), _, _) => {
                let role = words::urgency(cx, last);
                let text = format!("{}  {}", last, words::distance(cx, last));
                self.out.push(vec![piece(format!("{}  ", t.t("fact.last_day")), Role::Dim), piece(text, role)]);
            }
            (None, Some(a), Some(b)) => {
                let span = [("earliest", a.to_string()), ("latest", b.to_string())];
                self.paragraph(&t.fill("card.between", &span), Role::Warn);
            }
            _ => self.paragraph(&t.t("mark.undetermined"), Role::Warn),
        }
        self.heading("explain_box.arithmetic");
        self.arithmetic(&p.explanation);
        for key in &p.assumed {
            let text = t.fill("explain_box.assumed", &[("choice", words::choice(cx, key))]);
            self.item(cx.theme.glyph(Glyph::Alert), Role::Warn, &text, Role::Warn);
        }
        for key in &p.blocked_by {
            let text = t.fill("explain_box.blocked", &[("choice", words::choice(cx, key))]);
            self.item(cx.theme.glyph(Glyph::Alert), Role::Warn, &text, Role::Warn);
        }
        if let Some(stated) = p.stated_last_day {
            let same = p.last_day == Some(stated);
            let key = if same { "explain_box.stated_same" } else { "explain_box.stated_other" };
            let computed = p.last_day.map_or_else(|| t.t("mark.undetermined"), |d| d.to_string());
            let text = t.fill(key, &[("stated", stated.to_string()), ("computed", computed)]);
            let (glyph, role) = if same { (Glyph::Yes, Role::Text) } else { (Glyph::Alert, Role::Warn) };
            self.item(cx.theme.glyph(glyph), role, &text, role);
        }
        let departure = self.card.and_then(|c| c.person.departure(p.departure));
        self.decisions(departure);
        let by_level = p.level.map(|l| format!("length_{}", l.code())).unwrap_or_default();
        let keys = ["start_rule", "count_start_day", "level_that_counts", by_level.as_str(), "length"];
        self.choices(&keys, departure.and_then(|d| d.pin.as_ref()).map(|p| &p.choices));
        if let Some(day) = p.closed_on {
            self.paragraph(&t.fill("card.closed_on", &[("date", day.to_string())]), Role::Dim);
        } else if p.ends_by_itself {
            self.paragraph(&t.t("explain_box.ends_by_itself"), Role::Dim);
        }
        self.gap();
        self.paragraph(&words::cite(cx, &p.pack, &p.article), Role::Dim);
        self.source(&p.pack);
        t.t("card.period")
    }

    /// The decisions in the person's own case: the length chosen, the extensions.
    fn decisions(&mut self, departure: Option<&Departure>) {
        let t = self.cx.texts;
        let Some(d) = departure else { return };
        let mut lines = Vec::new();
        if let Some(l) = &d.length {
            let values = [
                ("months", l.months.to_string()),
                ("by", l.by.clone()),
                ("on", words::date(l.on)),
                ("reason", l.reason.clone()),
            ];
            lines.push(t.fill("explain_box.length_decided", &values));
        }
        for e in &d.extensions {
            let values = [
                ("months", e.months.to_string()),
                ("by", e.by.clone()),
                ("on", e.on.to_string()),
                ("reason", e.reason.clone()),
                ("told", words::date(e.told_on)),
            ];
            lines.push(t.fill("explain_box.extended", &values));
        }
        if !lines.is_empty() {
            self.heading("explain_box.decisions");
            for text in lines {
                self.item(self.cx.theme.glyph(Glyph::Full), Role::Key, &text, Role::Text);
            }
        }
    }

    fn duty(&mut self, d: &Duty) -> String {
        let cx = self.cx;
        let t = cx.texts;
        let code = d.kind.code();
        let late = d.overdue(cx.today);
        let role = if late { Role::Alarm } else { Role::Text };
        let due = t.fill("explain_box.due", &[("date", d.due.to_string()), ("distance", words::distance(cx, d.due))]);
        self.paragraph(&due, role);
        self.paragraph(&t.fill("explain_box.opens", &[("date", d.opens.to_string())]), Role::Dim);
        self.heading("explain_box.arithmetic");
        let mut values = d.values.clone();
        values.insert("due".to_owned(), d.due.to_string());
        let text = t.say("duty_rule", code, &values);
        self.item(cx.theme.glyph(Glyph::Full), Role::Key, &text, Role::Text);
        if let (Some(have), Some(need)) = (d.values.get("have"), d.values.get("need")) {
            let text = t.fill("explain_box.have", &[("have", have), ("need", need)]);
            self.item(cx.theme.glyph(Glyph::Full), Role::Key, &text, Role::Text);
        }
        self.item(cx.theme.glyph(Glyph::Full), Role::Key, &t.t("explain_box.overdue_from"), Role::Text);
        let card = self.card;
        for w in card
            .iter()
            .flat_map(|c| &c.person.waivers)
            .filter(|w| w.duty == d.kind && w.due.is_none_or(|day| day == d.due))
        {
            let values = [
                ("by", w.by.clone()),
                ("on", w.on.to_string()),
                ("until", words::date(w.until)),
                ("reason", w.reason.clone()),
            ];
            let expired = w.until.is_some_and(|u| u < cx.today);
            let key = if expired { "explain_box.waiver_expired" } else { "explain_box.waiver" };
            self.item(cx.theme.glyph(Glyph::Alert), Role::Warn, &t.fill(key, &values), Role::Warn);
        }
        let keys: &[&str] = match d.kind {
            DutyKind::Sessions => &["training_pace", "sessions_per_year"],
            DutyKind::YearlyStatement => &["statement_day"],
            DutyKind::TravelReport | DutyKind::PapersBack => &["travel_report_days"],
            DutyKind::ReReview => &["review_interval"],
            DutyKind::Assessment => &["assessment_interval"],
            DutyKind::Filing => &["filing_days"],
            _ => &[],
        };
        self.choices(keys, None);
        self.gap();
        self.paragraph(&words::cite(cx, &d.pack, &d.article), Role::Dim);
        self.source(&d.pack);
        t.word("duty", d.kind.code())
    }

    fn chain(&mut self, part: &str, c: &Chain) -> String {
        let cx = self.cx;
        let next = c.next();
        for s in &c.steps {
            let (glyph, role) = match s.done_on {
                Some(_) => (Glyph::Yes, Role::Good),
                None if Some(s.code) == next => (Glyph::Cursor, Role::Warn),
                None => (Glyph::Empty, Role::Dim),
            };
            let done = s.done_on.map(|d| format!("  {d}")).unwrap_or_default();
            let text =
                format!("{}{done}  {}", cx.texts.word("step", s.code.code()), words::cite(cx, "", &s.article).trim());
            self.item(cx.theme.glyph(glyph), role, text.trim_end(), role);
        }
        for note in &c.notes {
            let text = cx.texts.get(&format!("note.{note}")).unwrap_or(note).to_owned();
            self.item(cx.theme.glyph(Glyph::Alert), Role::Warn, &text, Role::Warn);
        }
        self.gap();
        self.source(&c.pack);
        cx.texts.fill("explain_box.chain", &[("part", part)])
    }
}
