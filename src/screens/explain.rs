//! Why a line of the card says what it says: the verdict in full, the arithmetic of a date, what would satisfy a duty,
//! the steps of a chain. Shown beside the card where there is room, in a box where there is not.

use super::sheet::Link;
use super::{Card, Context, words};
use crate::rules::answer::{Chain, Duty, Line, Outcome, Period, Question, Verdict};
use crate::ui::paint::{Pieces, line, piece, wrap};
use crate::ui::theme::{Glyph, Role};

/// The title and the lines of an explanation, `width` cells wide.
pub fn explain(card: &Card, link: Link, cx: &Context, width: u16) -> (String, Vec<Pieces>) {
    let mut page = Page { cx, width: width.max(10), out: Vec::new() };
    let title = match link {
        Link::Verdict(n) => card.verdicts.get(n).map(|(q, v)| page.verdict(*q, v)),
        Link::Period => card.standing.period.as_ref().map(|p| page.period(p)),
        Link::Clock(n) => card.standing.clocks.get(n).map(|c| {
            page.arithmetic(&c.explanation);
            page.gap();
            page.source(&c.pack);
            words::clock(cx, &c.code)
        }),
        Link::Duty(n) => card.standing.duties.get(n).map(|d| page.duty(d)),
        Link::Chain(n) => card.chains.get(n).map(|(part, c)| page.chain(part, c)),
    };
    (title.unwrap_or_default(), page.out)
}

/// Lines under construction.
struct Page<'a, 'b> {
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

    fn verdict(&mut self, question: Question, v: &Verdict) -> String {
        let cx = self.cx;
        let t = cx.texts;
        let mut first = words::outcome(cx, v.outcome);
        first.push(piece(format!("   {}", t.fill("explain_box.on", &[("date", v.on.to_string())])), Role::Dim));
        self.out.push(first);
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
        self.gap();
        for pack in &v.packs {
            self.source(pack);
        }
        words::question(cx, question)
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
        if let Some(stated) = p.stated_last_day.filter(|d| Some(*d) != p.last_day) {
            let text = t.fill("note_line.stated", &[("date", stated.to_string())]);
            self.item(cx.theme.glyph(Glyph::Alert), Role::Warn, &text, Role::Warn);
        }
        self.gap();
        self.paragraph(&words::cite(cx, &p.pack, &p.article), Role::Dim);
        self.source(&p.pack);
        t.t("card.period")
    }

    fn duty(&mut self, d: &Duty) -> String {
        let cx = self.cx;
        let t = cx.texts;
        let late = d.overdue(cx.today);
        let role = if late { Role::Alarm } else { Role::Text };
        let due = t.fill("explain_box.due", &[("date", d.due.to_string()), ("distance", words::distance(cx, d.due))]);
        self.paragraph(&due, role);
        self.paragraph(&t.fill("explain_box.opens", &[("date", d.opens.to_string())]), Role::Dim);
        if let (Some(have), Some(need)) = (d.values.get("have"), d.values.get("need")) {
            self.paragraph(&t.fill("explain_box.have", &[("have", have), ("need", need)]), Role::Text);
        }
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
