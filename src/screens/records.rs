//! The sections of the card that show what was recorded: posts, papers, travel, leaving, cases, devices, history.

use super::sheet::{Link, Sheet};
use super::{Card, words};
use crate::domain::person::Step;
use crate::domain::{CaseState, Date, JournalPublic, Opinion, Person};
use crate::ui::paint::piece;
use crate::ui::theme::{Glyph, Role};

/// Posts held and levels set, latest first.
pub(super) fn posts(sheet: &mut Sheet, p: &Person) {
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
        let why = join(&[&l.decided_by, &l.reason]);
        sheet.row(&[(words::date(l.from), 25, Role::Dim), (set, 14, Role::Text), (why, 0, Role::Dim)], None);
    }
}

/// Trainings, pledges, reviews.
pub(super) fn papers(sheet: &mut Sheet, p: &Person) {
    let t = sheet.cx.texts;
    if !p.trainings.is_empty() {
        sheet.section("card.trainings");
        let mut all: Vec<_> = p.trainings.iter().collect();
        all.sort_by_key(|x| std::cmp::Reverse(x.on));
        for x in all {
            let makeup = x.makeup_for.map(|y| t.fill("card.makeup", &[("year", y.to_string())])).unwrap_or_default();
            let minutes = x.minutes.map(|m| t.fill("card.minutes", &[("n", m.to_string())])).unwrap_or_default();
            let more = join(&[&x.topic, &minutes, &makeup, &x.certificate]);
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
            let copies = x.copies.map(|n| t.fill("card.copies", &[("n", n.to_string())])).unwrap_or_default();
            let version = if x.text_version.is_empty() {
                String::new()
            } else {
                t.fill("card.text_version", &[("version", x.text_version.clone())])
            };
            let more = join(&[&year, &copies, &version]);
            sheet.row(&[(x.on.to_string(), 11, Role::Text), (kind, 20, Role::Text), (more, 0, Role::Dim)], None);
        }
    }
    if !p.reviews.is_empty() {
        sheet.section("card.reviews");
        for x in p.reviews.iter().rev() {
            let (glyph, role) = if x.passed { (Glyph::Yes, Role::Text) } else { (Glyph::No, Role::Alarm) };
            let kind = format!("{} {}", sheet.cx.theme.glyph(glyph), t.word("review", x.kind.code()));
            let more = join(&[&x.by, &x.comment]);
            sheet.row(&[(x.on.to_string(), 11, Role::Text), (kind, 20, role), (more, 0, Role::Dim)], None);
        }
    }
}

/// What there is of several texts, with room between.
fn join(texts: &[&str]) -> String {
    texts.iter().filter(|x| !x.is_empty()).copied().collect::<Vec<_>>().join("  ")
}

/// The chain of a part, if the card brought one.
fn chain(card: &Card, part: &str) -> Option<usize> {
    card.chains.iter().position(|(p, _)| p == part)
}

/// Travel with its chain: the opinions given, the papers, the days, the report.
pub(super) fn trips(sheet: &mut Sheet, card: &Card) {
    let cx = sheet.cx;
    let t = cx.texts;
    if card.person.trips.is_empty() {
        return;
    }
    sheet.section("card.trips");
    for x in card.person.trips.iter().rev() {
        let link = chain(card, &format!("T{}", x.n)).map(Link::Chain);
        let mut pieces = vec![piece(format!("{} ~ {}  ", x.depart_on, words::date(x.return_on)), Role::Text)];
        pieces.extend(words::trip_state(cx, x.state));
        pieces.push(piece(format!("  {}", t.word("trip", x.kind.code())), Role::Dim));
        pieces.push(piece(format!("  {}", x.destination), Role::Text));
        sheet.push(pieces, link);
        let days = |key: &str, day: Option<Date>| day.map(|d| t.fill(key, &[("date", d.to_string())]));
        let filed = x.submitted_on.map(|d| format!("{d}  {}", x.submitted_by)).unwrap_or_default();
        let papers = [days("card.papers_issued", x.papers_issued_on), days("card.papers_back", x.papers_back_on)];
        let went = [days("card.departed", x.departed_on), days("card.returned", x.returned_on)];
        let went = went.into_iter().chain([days("card.reported", x.reported_on)]);
        let join = |all: Vec<Option<String>>| all.into_iter().flatten().collect::<Vec<_>>().join("  ");
        sheet.detail(&t.t("field.purpose"), &x.purpose, link);
        sheet.detail(&t.t("field.companions"), &x.companions.join(&t.t("list.separator")), link);
        sheet.detail(&t.t("field.funding"), &x.funding, link);
        sheet.detail(&t.t("field.submitted_on"), &filed, link);
        steps(sheet, &x.steps);
        sheet.detail(&t.t("card.papers"), &join(papers.into()), link);
        sheet.detail(&t.t("card.went"), &join(went.collect()), link);
        sheet.detail(&t.t("field.report"), &x.report, link);
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
        let votes = s.votes.as_ref().map(|v| words::votes(sheet.cx, v)).unwrap_or_default();
        let more = join(&[&s.by, &s.comment, &votes]);
        sheet.row(&[(what, 30, role), (s.on.to_string(), 11, Role::Dim), (more, 0, Role::Dim)], None);
    }
}

/// Departures with their steps.
pub(super) fn departures(sheet: &mut Sheet, card: &Card) {
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
        sheet.detail(&t.t("card.goes_to"), &d.destination, link);
        sheet.detail(&t.t("field.managed_by"), &d.managed_by, link);
        steps(sheet, &d.steps);
    }
}

/// Other cases.
pub(super) fn cases(sheet: &mut Sheet, card: &Card) {
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
        sheet.detail(
            &t.t("field.employer"),
            &c.employer.map(|e| t.word("employer", e.code())).unwrap_or_default(),
            link,
        );
        sheet.detail(&t.t("field.level"), &c.level.map(|l| t.word("level", l.code())).unwrap_or_default(), link);
        sheet.detail(&t.t("field.effective_on"), &words::date(c.effective_on), link);
        sheet.detail(&t.t("field.closed_on"), &words::date(c.closed_on), link);
        steps(sheet, &c.steps);
    }
}

/// Duties waived, with who, until when and why.
pub(super) fn waivers(sheet: &mut Sheet, p: &Person) {
    let cx = sheet.cx;
    if p.waivers.is_empty() {
        return;
    }
    sheet.section("card.waivers");
    for w in p.waivers.iter().rev() {
        let expired = w.until.is_some_and(|u| u < cx.today);
        let (key, role) = if expired { ("card.waived_expired", Role::Warn) } else { ("card.waived", Role::Text) };
        let until = cx.texts.fill(key, &[("until", words::date(w.until))]);
        let due = w.due.map(|d| cx.texts.fill("card.waived_due", &[("date", d.to_string())])).unwrap_or_default();
        let why = join(&[&w.by, &w.reason, &due]);
        let kind = cx.texts.word("duty", w.duty.code());
        let cells = [(w.on.to_string(), 11, Role::Text), (kind, 20, Role::Text), (until, 18, role)];
        let cells = cells.into_iter().chain([(why, 0, Role::Dim)]).collect::<Vec<_>>();
        sheet.row(&cells, None);
    }
}

/// What the register knows of the person besides posts and papers; the head shows of it what has room.
pub(super) fn facts(sheet: &mut Sheet, card: &Card) {
    let t = sheet.cx.texts;
    let p = &card.person;
    sheet.section("card.facts");
    let yes = |yes: bool| if yes { t.word("yes_no", "yes") } else { String::new() };
    for (name, value) in [
        ("fact.identity", p.identity.as_ref().map(ToString::to_string).unwrap_or_default()),
        ("fact.staff_number", p.staff_number.clone().unwrap_or_default()),
        ("fact.unit", card.unit.name.clone()),
        ("fact.department", p.department.clone()),
        ("fact.sex", p.sex.map(|x| t.word("sex", x.code())).unwrap_or_default()),
        ("fact.employment", t.word("employment", p.employment.code())),
        ("field.civil_servant", yes(p.civil_servant)),
        ("field.phone", p.phone.clone().unwrap_or_default()),
        ("field.filed_on", words::date(p.filed_on)),
    ] {
        sheet.detail(&t.t(name), &value, None);
    }
}

/// What is in the person's hands.
pub(super) fn held(sheet: &mut Sheet, card: &Card) {
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

/// Who changed what.
pub(super) fn history(sheet: &mut Sheet, changes: &[JournalPublic]) {
    let t = sheet.cx.texts;
    if changes.is_empty() {
        return;
    }
    sheet.section("card.history");
    for h in changes {
        let at: String = h.at.chars().take(16).map(|c| if c == 'T' { ' ' } else { c }).collect();
        let cells = [
            (at, 16, Role::Dim),
            (h.operator.clone(), 10, Role::Text),
            (t.t(&format!("verb.{}", h.verb)), 18, Role::Text),
            (t.changed(h.fields.iter().map(String::as_str)), 0, Role::Dim),
        ];
        sheet.row(&cells, None);
    }
}
