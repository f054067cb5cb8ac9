//! Draws the checklist: where one is, a gauge per group, the items, and beside or below them what is known of the one
//! under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Mode, Ready, State, over};
use crate::domain::AnswerValue;
use crate::domain::inspection::{Answer, Spot};
use crate::rules::{self, Sheet};
use crate::screens::{Context, words};
use crate::ui::paint::{self, Pieces, line, piece, put_line};
use crate::ui::theme::{Glyph, Role};
use crate::ui::{chart, frame, popup};

/// Rows of the pane below the items; none where it stands beside them.
pub(super) const fn below(width: u16, body: u16) -> u16 {
    if width >= frame::WIDE {
        0
    } else if body / 2 < 9 {
        body / 2
    } else {
        9
    }
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let Some(sheet) = &state.sheet else {
        let text = cx.texts.t("checklist.reading");
        put_line(
            buf,
            area,
            area.x.saturating_add(2),
            area.y.saturating_add(1),
            &line(text, Role::Dim),
            area.width,
            None,
            theme,
        );
        return None;
    };
    put_line(
        buf,
        area,
        area.x.saturating_add(1),
        area.y,
        &heading(state, sheet, area.width.saturating_sub(2), cx),
        area.width.saturating_sub(2),
        None,
        theme,
    );
    let gauges_at = area.y.saturating_add(1);
    put_line(
        buf,
        area,
        area.x.saturating_add(1),
        gauges_at,
        &gauges(state, sheet, cx),
        area.width.saturating_sub(2),
        None,
        theme,
    );
    let mut top = gauges_at.saturating_add(1);
    if !sheet.inspection.signatures.is_empty() {
        let (x, room) = (area.x.saturating_add(1), area.width.saturating_sub(2));
        put_line(buf, area, x, top, &signed(sheet, cx), room, None, theme);
        top = top.saturating_add(1);
    }
    paint::rule(buf, area, area.x, top, area.width, theme);
    let rule = top;
    let top = top.saturating_add(1);
    let body = Rect { y: top, height: area.bottom().saturating_sub(top), ..area };
    let low = below(area.width, area.height);
    let (list, pane) = if low == 0 {
        let right = area.width * 9 / 20;
        let list = Rect { width: body.width.saturating_sub(right), ..body };
        paint::upright(buf, Rect { x: list.right(), ..body }, list.right(), theme);
        let pane = Rect { x: list.right().saturating_add(2), width: right.saturating_sub(3), ..body };
        (list, pane)
    } else {
        let list = Rect { height: body.height.saturating_sub(low), ..body };
        paint::rule(buf, body, body.x, list.bottom(), body.width, theme);
        let pane = Rect {
            x: body.x.saturating_add(1),
            y: list.bottom().saturating_add(1),
            width: body.width.saturating_sub(2),
            height: low.saturating_sub(1),
        };
        (list, pane)
    };
    items(state, sheet, cx, list, buf);
    let room = area.width.saturating_sub(4);
    put_line(buf, area, area.x.saturating_add(2), rule, &groups(state, sheet, list.height, cx), room, None, theme);
    let caret = below_or_beside(state, sheet, cx, pane, buf);
    over::view(state, sheet, cx, area, buf).or(caret)
}

/// The group of the first row shown, and that of the item under the cursor where it is another.
fn groups(state: &State, sheet: &Sheet, rows: u16, cx: &Context) -> Pieces {
    let all = state.items();
    let group = |n: usize| all.get(n).and_then(|i| sheet.template.group_of(&i.id));
    let named = |g: &rules::Group| format!(" {} {} ", g.id, g.title.of(cx.texts.lang().code()));
    let (first, here) = (group(state.scroll.first(all.len(), rows.into())), group(state.scroll.at));
    let mut out: Pieces = first.map(|g| piece(named(g), Role::Section)).into_iter().collect();
    if let Some(here) = here.filter(|here| first.is_none_or(|g| g.id != here.id)) {
        out.push(piece(format!("{}{}", cx.theme.glyph(Glyph::Cut), named(here)), Role::Strong));
    }
    out
}

/// Which inspection, which subject, how far, how well; where room is scarce the checklist's title gives way first.
fn heading(state: &State, sheet: &Sheet, room: u16, cx: &Context) -> Pieces {
    let (t, lang) = (cx.texts, cx.texts.lang().code());
    let subject = sheet.subjects.get(state.subject);
    let score = rules::score(&sheet.template, &sheet.inspection, subject.map(|s| &s.subject), None);
    let n = sheet.subjects.len();
    let mut facts = Vec::new();
    if n > 1 {
        facts.push(piece(format!(" {}/{n}", state.subject + 1), Role::Text));
    }
    if state.all {
        facts.push(piece(format!("  {}", t.fill("checklist.all_mark", &[("n", n.to_string())])), Role::Alarm));
    }
    facts.push(piece(format!("  {}/{}", score.answered(), score.total()), Role::Text));
    facts.push(piece(format!("  {}", words::percent(cx, score)), Role::Info));
    facts.push(piece(format!("  {}", t.word("inspection_state", sheet.inspection.state.code())), Role::Strong));
    let id = format!("{} ", sheet.inspection.id);
    let left = room.saturating_sub(paint::line_width(&facts)).saturating_sub(paint::width(&id));
    let (label, used) = paint::fit(subject.map_or("", |s| &s.label), left, cx.theme);
    let mut out = vec![piece(id, Role::Dim)];
    // A piece of a title says nothing.
    let (left, title) = (left.saturating_sub(used.saturating_add(2)), sheet.template.title.of(lang));
    if paint::width(title) <= left {
        out.push(piece(format!("{title}  "), Role::Section));
    }
    out.push(piece(label, Role::Strong));
    out.extend(facts);
    out
}

/// Who has signed: party and name, the day behind the last of each day.
fn signed(sheet: &Sheet, cx: &Context) -> Pieces {
    let all = &sheet.inspection.signatures;
    let mut out = Vec::new();
    for (n, s) in all.iter().enumerate() {
        let party = sheet.template.parties.iter().find(|p| p.id == s.party);
        let title = party.map_or(s.party.as_str(), |p| p.title.of(cx.texts.lang().code()));
        out.push(piece(format!("{title} "), Role::Dim));
        out.push(piece(format!("{}  ", s.name), Role::Strong));
        if all.get(n + 1).is_none_or(|next| next.on != s.on) {
            out.push(piece(format!("{}  ", s.on), Role::Text));
        }
    }
    out
}

/// A gauge per group; the one under the cursor stands out.
fn gauges(state: &State, sheet: &Sheet, cx: &Context) -> Pieces {
    let subject = sheet.subjects.get(state.subject).map(|s| &s.subject);
    let here = state.items().get(state.scroll.at).and_then(|i| sheet.template.group_of(&i.id)).map(|g| g.id.clone());
    let mut out = Vec::new();
    for group in &sheet.template.groups {
        const CELLS: u16 = 4;
        let score = rules::score(&sheet.template, &sheet.inspection, subject, Some(&group.id));
        let bar = chart::bar(score.answered() as u64, score.total() as u64, CELLS, cx.theme);
        let rest = usize::from(CELLS.saturating_sub(paint::width(&bar)));
        let role = if Some(&group.id) == here.as_ref() { Role::Strong } else { Role::Dim };
        out.push(piece(group.id.clone(), role));
        out.push(piece(bar, if score.fails > 0 { Role::Alarm } else { Role::Bar }));
        out.push(piece(format!("{} ", cx.theme.glyph(Glyph::BarRest).repeat(rest)), Role::BarRest));
    }
    out
}

pub(super) fn sign_of(answer: Option<&Answer>, cx: &Context) -> (String, Role) {
    match answer.map(|a| a.value) {
        Some(AnswerValue::Conforms) => (cx.theme.glyph(Glyph::Yes).to_owned(), Role::Good),
        Some(AnswerValue::Fails) => (cx.theme.glyph(Glyph::No).to_owned(), Role::Alarm),
        Some(AnswerValue::NotApplicable) => ("-".to_owned(), Role::Dim),
        Some(AnswerValue::NotChecked) => ("?".to_owned(), Role::Warn),
        None => (" ".to_owned(), Role::Text),
    }
}

fn items(state: &State, sheet: &Sheet, cx: &Context, area: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let all = state.items();
    let Some(subject) = state.subjects().get(state.subject) else { return };
    let first = state.scroll.first(all.len(), area.height as usize);
    let inside = area.width.saturating_sub(1);
    for ((n, item), y) in all.iter().enumerate().skip(first).zip(area.y..area.bottom()) {
        let answer = sheet.inspection.answer(&Spot::new(subject, &item.id));
        let (sign, role) = sign_of(answer, cx);
        let here = n == state.scroll.at;
        let cursor = if here { theme.glyph(Glyph::Cursor) } else { " " };
        let article_at = area.x.saturating_add(inside.saturating_sub(paint::width(&item.article)));
        let room = article_at.saturating_sub(area.x).saturating_sub(1);
        let pieces = [
            piece(format!("{cursor} "), Role::Key),
            piece(format!("{sign} "), role),
            piece(format!("{:<4}", item.id), Role::Dim),
            piece(item.text.of(cx.texts.lang().code()), if answer.is_some() { Role::Dim } else { Role::Text }),
        ];
        let over = here.then_some(Role::Selected);
        if here {
            paint::fill(buf, Rect { y, height: 1, width: inside, ..area }, theme.style(Role::Selected));
        }
        put_line(buf, area, area.x, y, &pieces, room, over, theme);
        put_line(buf, area, article_at, y, &line(item.article.clone(), Role::Dim), inside, over, theme);
    }
    let edge = area.right().saturating_sub(1);
    let more = line(theme.glyph(Glyph::More), Role::Key);
    if first > 0 {
        put_line(buf, area, edge, area.y, &more, 1, None, theme);
    }
    if first + (area.height as usize) < all.len() {
        put_line(buf, area, edge, area.bottom().saturating_sub(1), &more, 1, None, theme);
    }
}

/// The item in full with its clause, what the register shows, the last answer; or the line being typed.
fn below_or_beside(state: &State, sheet: &Sheet, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let lang = cx.texts.lang().code();
    let item = *state.items().get(state.scroll.at)?;
    if let Mode::Remark(field, at) = &state.mode {
        let label = cx.texts.t("checklist.remark");
        let mut lines = named(item, area.width, lang);
        let ready = sheet.template.remarks(&item.id);
        lines.truncate(usize::from(area.height).saturating_sub(ready.len().min(9) + 1).max(1));
        popup::lines(buf, area, &lines, 0, cx.theme);
        let y = area.y.saturating_add(lines.len() as u16);
        for (n, (words, y)) in ready.iter().zip(y.saturating_add(1)..area.bottom()).enumerate() {
            let chosen = matches!(at, Ready::Pointed(at) | Ready::Numbered(at, _) if *at == n);
            let role = if chosen { Role::Strong } else { Role::Dim };
            let pieces = [piece(format!("{:>2} ", n + 1), Role::Key), piece(words.of(lang), role)];
            put_line(buf, area, area.x, y, &pieces, area.width, None, cx.theme);
        }
        return input(&label, field, Rect { y, height: 1, ..area }, cx, buf);
    }
    let lines = facts(state, sheet, cx, area.width);
    if let Mode::Jump(field, _) = &state.mode {
        let bottom = area.bottom().saturating_sub(1);
        popup::lines(buf, Rect { height: area.height.saturating_sub(1), ..area }, &lines, 0, cx.theme);
        return input(&cx.texts.t("checklist.jump"), field, Rect { y: bottom, height: 1, ..area }, cx, buf);
    }
    if let Mode::Why(key, field) = &state.mode {
        let said = sheet.inspection.evidence.get(key).map(|e| line(over::file(e, cx), Role::Strong));
        popup::lines(buf, area, &Vec::from_iter(said), 0, cx.theme);
        let at = Rect { y: area.y.saturating_add(1), height: 1, ..area };
        return input(&cx.texts.t("checklist.why_out"), field, at, cx, buf);
    }
    popup::lines(buf, area, &lines, 0, cx.theme);
    None
}

/// The item's code and text.
fn named(item: &rules::Item, width: u16, lang: &str) -> Vec<Pieces> {
    let code = |n: usize| if n == 0 { format!("{:<5}", item.id) } else { "     ".to_owned() };
    let texts = paint::wrap(item.text.of(lang), width.saturating_sub(5)).into_iter().enumerate();
    texts.map(|(n, text)| vec![piece(code(n), Role::Key), piece(text, Role::Strong)]).collect()
}

/// All that is known of the item under the cursor, `width` cells wide.
pub(super) fn facts(state: &State, sheet: &Sheet, cx: &Context, width: u16) -> Vec<Pieces> {
    let lang = cx.texts.lang().code();
    let (Some(item), Some(spot)) = (state.items().get(state.scroll.at).copied(), state.spot()) else {
        return Vec::new();
    };
    let clause = words::cite(cx, &sheet.template.pack, &item.article);
    let mut lines = named(item, width, lang);
    lines.push(line(clause, Role::Dim));
    if item.reading {
        lines.push(line(cx.texts.t("checklist.our_reading"), Role::Warn));
    }
    if let Some(a) = sheet.inspection.answer(&spot) {
        let (sign, role) = sign_of(Some(a), cx);
        let text = format!("{sign} {}  {}", cx.texts.word("answer", a.value.code()), a.remark);
        lines.extend(paint::wrap(&text, width).into_iter().map(|l| line(l, role)));
    }
    if let Some(subject) = sheet.subjects.get(state.subject) {
        for fact in subject.evidence.get(&item.id).into_iter().flatten() {
            let text = cx.texts.say("evidence", &fact.code, &fact.values);
            lines.extend(paint::wrap(&text, width).into_iter().map(|l| line(l, Role::Info)));
        }
        if let Some(last) = subject.previous.get(&item.id) {
            let (_, role) = sign_of(Some(last), cx);
            let values = [
                ("on", last.on.to_string()),
                ("answer", cx.texts.word("answer", last.value.code())),
                ("remark", last.remark.clone()),
            ];
            let text = cx.texts.fill("checklist.last_time", &values);
            lines.extend(paint::wrap(text.trim(), width).into_iter().map(|l| line(l, role)));
        }
    }
    lines.extend(at_length(item, width, cx));
    lines
}

/// What a benchmark says of an item: how grave, what is asked, how to mend it, on what it stands.
fn at_length(item: &rules::Item, width: u16, cx: &Context) -> Vec<Pieces> {
    let (t, lang) = (cx.texts, cx.texts.lang().code());
    let mut texts = Vec::new();
    if !item.severity.is_empty() {
        let word = t.word("severity", &item.severity);
        texts.push((t.fill("checklist.severity", &[("severity", word)]), Role::Warn));
    }
    texts.extend(item.detail.of(lang).lines().map(|l| (l.to_owned(), Role::Dim)));
    if !item.fix.of(lang).is_empty() {
        let fix = t.fill("checklist.fix", &[("fix", item.fix.of(lang))]);
        texts.extend(fix.lines().map(|l| (l.to_owned(), Role::Text)));
    }
    if !item.references.is_empty() {
        let all = item.references.join(&t.t("list.separator"));
        texts.push((t.fill("checklist.references", &[("references", all)]), Role::Dim));
    }
    let wrapped = |(text, role): (String, Role)| paint::wrap(&text, width).into_iter().map(move |l| line(l, role));
    texts.into_iter().flat_map(wrapped).collect()
}

/// A label and the field behind it.
fn input(label: &str, field: &crate::ui::field::Field, area: Rect, cx: &Context, buf: &mut Buffer) -> Option<Position> {
    let used =
        put_line(buf, area, area.x, area.y, &line(format!("{label} "), Role::Section), area.width, None, cx.theme);
    let room = Rect { x: area.x.saturating_add(used), width: area.width.saturating_sub(used), height: 1, ..area };
    field.view(buf, room, cx.theme)
}
