//! Draws the checklist: where one is, a gauge per group, the items, and beside or below them what is known of the one
//! under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{ANSWERS, Mode, State};
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
        &heading(state, sheet, cx),
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
    let body = Rect { y: area.y.saturating_add(2), height: area.height.saturating_sub(2), ..area };
    paint::rule(buf, body, body.x, body.y, body.width, theme);
    let body = Rect { y: body.y.saturating_add(1), height: body.height.saturating_sub(1), ..body };
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
    match &state.mode {
        Mode::Choice(at) => {
            let lines: Vec<String> = ANSWERS.iter().map(|v| cx.texts.word("answer", v.code())).collect();
            choices(&cx.texts.t("checklist.choose"), &lines, *at, cx, area, buf);
        }
        Mode::Missing(at) => {
            let n = state.unanswered().count();
            let lines = [cx.texts.t("checklist.go_missing"), cx.texts.t("checklist.rest_unchecked")];
            let title = cx.texts.fill("checklist.missing", &[("n", n.to_string())]);
            choices(&title, &lines, *at, cx, area, buf);
        }
        Mode::Sign(field) => return signatures(field, sheet, cx, area, buf),
        _ => {}
    }
    below_or_beside(state, sheet, cx, pane, buf)
}

/// Which inspection, which subject, how far, how well.
fn heading(state: &State, sheet: &Sheet, cx: &Context) -> Pieces {
    let (t, lang) = (cx.texts, cx.texts.lang().code());
    let subject = sheet.subjects.get(state.subject);
    let score = rules::score(&sheet.template, &sheet.inspection, subject.map(|s| &s.subject), None);
    let n = sheet.subjects.len();
    let mut out = vec![
        piece(format!("{} ", sheet.inspection.id), Role::Dim),
        piece(format!("{}  ", sheet.template.title.of(lang)), Role::Section),
        piece(subject.map(|s| s.label.clone()).unwrap_or_default(), Role::Strong),
    ];
    if n > 1 {
        out.push(piece(format!(" {}/{n}", state.subject + 1), Role::Dim));
    }
    out.push(piece(format!("  {}/{}", score.answered(), score.total()), Role::Text));
    if let Some(percent) = score.percent().filter(|_| score.unanswered == 0) {
        out.push(piece(format!("  {}", t.fill("checklist.percent", &[("n", percent.to_string())])), Role::Info));
    }
    out.push(piece(format!("  {}", t.word("inspection_state", sheet.inspection.state.code())), Role::Dim));
    if state.all {
        out.push(piece(format!("  {}", t.fill("checklist.all_mark", &[("n", n.to_string())])), Role::Warn));
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

fn sign_of(answer: Option<&Answer>, cx: &Context) -> (String, Role) {
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
    let spot = state.spot()?;
    let mut top: Vec<Pieces> = Vec::new();
    for (n, text) in paint::wrap(item.text.of(lang), area.width.saturating_sub(5)).into_iter().enumerate() {
        let code = if n == 0 { format!("{:<5}", item.id) } else { "     ".to_owned() };
        top.push(vec![piece(code, Role::Key), piece(text, Role::Strong)]);
    }
    if let Mode::Remark(field, at) = &state.mode {
        let label = cx.texts.t("checklist.remark");
        let mut lines = top;
        let ready = sheet.template.remarks(&item.id);
        lines.truncate(usize::from(area.height).saturating_sub(ready.len().min(9) + 1).max(1));
        popup::lines(buf, area, &lines, 0, cx.theme);
        let y = area.y.saturating_add(lines.len() as u16);
        for (n, (words, y)) in ready.iter().zip(y.saturating_add(1)..area.bottom()).enumerate() {
            let role = if *at == Some(n) { Role::Strong } else { Role::Dim };
            let pieces = [piece(format!("{:>2} ", n + 1), Role::Key), piece(words.of(lang), role)];
            put_line(buf, area, area.x, y, &pieces, area.width, None, cx.theme);
        }
        return input(&label, field, Rect { y, height: 1, ..area }, cx, buf);
    }
    let clause = words::cite(cx, &sheet.template.pack, &item.article);
    let mut lines = top;
    lines.push(line(clause, Role::Dim));
    if item.reading {
        lines.push(line(cx.texts.t("checklist.our_reading"), Role::Warn));
    }
    if let Some(a) = sheet.inspection.answer(&spot) {
        let (sign, role) = sign_of(Some(a), cx);
        let text = format!("{sign} {}  {}", cx.texts.word("answer", a.value.code()), a.remark);
        lines.extend(paint::wrap(&text, area.width).into_iter().map(|l| line(l, role)));
    }
    if let Some(subject) = sheet.subjects.get(state.subject) {
        for fact in subject.evidence.get(&item.id).into_iter().flatten() {
            let text = cx.texts.say("evidence", &fact.code, &fact.values);
            lines.extend(paint::wrap(&text, area.width).into_iter().map(|l| line(l, Role::Info)));
        }
        if let Some(last) = subject.previous.get(&item.id) {
            let (_, role) = sign_of(Some(last), cx);
            let values = [
                ("on", last.on.to_string()),
                ("answer", cx.texts.word("answer", last.value.code())),
                ("remark", last.remark.clone()),
            ];
            let text = cx.texts.fill("checklist.last_time", &values);
            lines.extend(paint::wrap(text.trim(), area.width).into_iter().map(|l| line(l, role)));
        }
    }
    lines.extend(at_length(item, area.width, cx));
    if let Mode::Jump(field, _) = &state.mode {
        let bottom = area.bottom().saturating_sub(1);
        popup::lines(buf, Rect { height: area.height.saturating_sub(1), ..area }, &lines, 0, cx.theme);
        return input(&cx.texts.t("checklist.jump"), field, Rect { y: bottom, height: 1, ..area }, cx, buf);
    }
    popup::lines(buf, area, &lines, 0, cx.theme);
    None
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

/// A box of lines, one chosen by the arrows.
fn choices(title: &str, lines: &[String], at: usize, cx: &Context, area: Rect, buf: &mut Buffer) {
    let wide = lines.iter().map(|l| paint::width(l)).max().unwrap_or(0).max(paint::width(title)).saturating_add(10);
    let inside = popup::frame(buf, popup::centred(area, wide, lines.len() as u16 + 2), title, cx.theme);
    for (n, (text, y)) in lines.iter().zip(inside.y..inside.bottom()).enumerate() {
        let here = n == at;
        let cursor = if here { cx.theme.glyph(Glyph::Cursor) } else { " " };
        let pieces = [piece(format!("{cursor} "), Role::Key), piece(text.clone(), Role::Text)];
        put_line(buf, inside, inside.x, y, &pieces, inside.width, here.then_some(Role::Selected), cx.theme);
    }
}

/// The parties with the names given so far; the caret stands at the next one's.
fn signatures(
    field: &crate::ui::field::Field,
    sheet: &Sheet,
    cx: &Context,
    area: Rect,
    buf: &mut Buffer,
) -> Option<Position> {
    let lang = cx.texts.lang().code();
    let parties = &sheet.template.parties;
    let label = parties.iter().map(|p| paint::width(p.title.of(lang))).max().unwrap_or(0).saturating_add(2);
    let (w, h) = (label.saturating_add(34), parties.len() as u16 + 4);
    let inside = popup::frame(buf, popup::centred(area, w, h), &cx.texts.t("checklist.signatures"), cx.theme);
    let score = rules::score(&sheet.template, &sheet.inspection, None, None);
    let values = [
        ("conforms", score.conforms.to_string()),
        ("fails", score.fails.to_string()),
        ("percent", score.percent().map(|p| p.to_string()).unwrap_or_default()),
    ];
    let text = cx.texts.fill("checklist.result", &values);
    put_line(buf, inside, inside.x, inside.y, &line(text, Role::Info), inside.width, None, cx.theme);
    let mut caret = None;
    for (party, y) in parties.iter().zip(inside.y.saturating_add(1)..inside.bottom()) {
        let row = Rect { y, height: 1, ..inside };
        let title = paint::padded(party.title.of(lang), label, cx.theme);
        put_line(buf, row, row.x, y, &line(title, Role::Dim), row.width, None, cx.theme);
        let rest = Rect { x: row.x.saturating_add(label), width: row.width.saturating_sub(label), ..row };
        match sheet.inspection.signatures.iter().find(|s| s.party == party.id) {
            Some(s) => {
                put_line(
                    buf,
                    rest,
                    rest.x,
                    y,
                    &line(format!("{}  {}", s.name, s.on), Role::Strong),
                    rest.width,
                    None,
                    cx.theme,
                );
            }
            None if caret.is_none() => caret = Some(field.view(buf, rest, cx.theme)),
            None => {}
        }
    }
    caret.flatten()
}
