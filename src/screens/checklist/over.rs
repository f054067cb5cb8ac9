//! Draws what lies over the checklist: the boxes of choices, the signatures, an item in full.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::act::differing;
use super::boxes::{Pick, picks};
use super::view::{facts, sign_of};
use super::{Mode, State};
use crate::domain::InspectionState;
use crate::domain::evidence::Evidence;
use crate::rules::{self, Sheet};
use crate::screens::{Context, words};
use crate::ui::field::Field;
use crate::ui::paint::{self, Pieces, line, piece, put_line};
use crate::ui::popup;
use crate::ui::theme::{Glyph, Role};

/// Of so many others a box says what they have.
const OTHERS_SHOWN: usize = 5;

/// Draws the box that is open, if one is.
pub(super) fn view(state: &State, sheet: &Sheet, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let t = cx.texts;
    match &state.mode {
        Mode::Choice(at) => {
            let lines: Vec<String> = picks(state).into_iter().map(|p| pick(p, state, cx)).collect();
            choices(&t.t("checklist.choose"), &[], &lines, *at, cx, area, buf);
        }
        Mode::Missing(at) => {
            let n = state.unanswered().count();
            let lines = [t.t("checklist.go_missing"), t.t("checklist.rest_unchecked")];
            choices(&t.fill("checklist.missing", &[("n", n.to_string())]), &[], &lines, *at, cx, area, buf);
        }
        Mode::Others { value, remark, at } => {
            let all: Vec<_> = differing(state, *value, remark).collect();
            let item = state.spot().map(|s| s.item).unwrap_or_default();
            let one = |(n, answer): &(usize, &crate::domain::inspection::Answer)| {
                let label = sheet.subjects.get(*n).map_or("", |s| s.label.as_str());
                let (sign, role) = sign_of(Some(answer), cx);
                let word = t.word("answer", answer.value.code());
                line(format!("{label} {item}  {sign} {word}  {}", answer.remark), role)
            };
            let mut said: Vec<Pieces> = all.iter().take(OTHERS_SHOWN).map(one).collect();
            if let Some(more) = all.len().checked_sub(OTHERS_SHOWN).filter(|n| *n > 0) {
                said.push(line(t.fill("checklist.others_more", &[("n", more.to_string())]), Role::Dim));
            }
            let lines = [t.t("checklist.others_keep"), t.t("checklist.others_replace")];
            let title = t.fill("checklist.others", &[("n", all.len().to_string())]);
            choices(&title, &said, &lines, *at, cx, area, buf);
        }
        Mode::Reopen(at) => {
            let names: Vec<&str> = sheet.inspection.signatures.iter().map(|s| s.name.as_str()).collect();
            let names = names.join(&t.t("list.separator"));
            let said = [line(t.fill("checklist.void", &[("names", names)]), Role::Warn)];
            let lines = [t.t("checklist.void_no"), t.t("checklist.void_yes")];
            choices(&t.t("checklist.signatures"), &said, &lines, *at, cx, area, buf);
        }
        Mode::Sign(field) => return signatures(Some(field), sheet, cx, area, buf),
        Mode::Signed => return signatures(None, sheet, cx, area, buf),
        Mode::Full(first) => {
            let (outer, lines) = full(state, sheet, cx, area);
            let inside = popup::frame(buf, outer, &t.t("checklist.in_full"), cx.theme);
            popup::lines(buf, inside, &lines, *first, cx.theme);
        }
        Mode::Files(at) => {
            let lines: Vec<String> = state.files().into_iter().map(|(_, e)| file(e, cx)).collect();
            choices(&t.t("checklist.files"), &[], &lines, *at, cx, area, buf);
        }
        Mode::Items | Mode::Remark(..) | Mode::Jump(..) | Mode::Why(..) => {}
    }
    None
}

/// A file of evidence in one line.
pub(super) fn file(e: &Evidence, cx: &Context) -> String {
    let values = [
        ("source", e.source.clone()),
        ("target", e.target.clone()),
        ("at", e.taken()),
        ("file", e.file.clone()),
        ("n", e.facts.len().to_string()),
    ];
    cx.texts.fill("checklist.file", &values)
}

fn pick(pick: Pick, state: &State, cx: &Context) -> String {
    let t = cx.texts;
    match pick {
        Pick::Answer(value) => t.word("answer", value.code()),
        Pick::NextOpen => t.t("action.checklist.next_open"),
        Pick::Full => t.t("action.checklist.in_full"),
        Pick::Files => t.t("action.checklist.evidence"),
        Pick::Undo if state.is(InspectionState::Signing) => t.t("checklist.void_yes"),
        Pick::Undo => t.t("action.checklist.undo"),
        Pick::Finish if state.open() => t.t("action.checklist.finish"),
        Pick::Finish => t.t("checklist.signatures"),
    }
}

/// A box that says something, with lines below, one chosen by the arrows.
fn choices(title: &str, said: &[Pieces], lines: &[String], at: usize, cx: &Context, area: Rect, buf: &mut Buffer) {
    let wide = lines.iter().map(|l| paint::width(l)).chain(said.iter().map(|l| paint::line_width(l))).max();
    let wide = wide.unwrap_or(0).max(paint::width(title)).saturating_add(10);
    let high = (lines.len() + said.len()) as u16 + 2;
    let inside = popup::frame(buf, popup::centred(area, wide, high), title, cx.theme);
    for (text, y) in said.iter().zip(inside.y..inside.bottom()) {
        put_line(buf, inside, inside.x, y, text, inside.width, None, cx.theme);
    }
    let first = inside.y.saturating_add(said.len() as u16);
    for (n, (text, y)) in lines.iter().zip(first..inside.bottom()).enumerate() {
        let here = n == at;
        let cursor = if here { cx.theme.glyph(Glyph::Cursor) } else { " " };
        let pieces = [piece(format!("{cursor} "), Role::Key), piece(text.clone(), Role::Text)];
        put_line(buf, inside, inside.x, y, &pieces, inside.width, here.then_some(Role::Selected), cx.theme);
    }
}

/// The parties with the names given so far; the caret stands at the next one's.
fn signatures(field: Option<&Field>, sheet: &Sheet, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let lang = cx.texts.lang().code();
    let parties = &sheet.template.parties;
    let label = parties.iter().map(|p| paint::width(p.title.of(lang))).max().unwrap_or(0).saturating_add(2);
    let score = rules::score(&sheet.template, &sheet.inspection, None, None);
    let values = [
        ("conforms", score.conforms.to_string()),
        ("fails", score.fails.to_string()),
        ("not_applicable", score.not_applicable.to_string()),
        ("not_checked", score.not_checked.to_string()),
        ("score", words::percent(cx, score)),
    ];
    let text = cx.texts.fill("checklist.result", &values);
    let w = label.saturating_add(34).max(paint::width(&text).saturating_add(4)).min(area.width);
    let result = paint::wrap(&text, w.saturating_sub(4));
    let h = (parties.len() + result.len()) as u16 + 3;
    let inside = popup::frame(buf, popup::centred(area, w, h), &cx.texts.t("checklist.signatures"), cx.theme);
    for (text, y) in result.iter().zip(inside.y..inside.bottom()) {
        put_line(buf, inside, inside.x, y, &line(text.clone(), Role::Info), inside.width, None, cx.theme);
    }
    let mut caret = None;
    let first = inside.y.saturating_add(result.len() as u16);
    for (party, y) in parties.iter().zip(first..inside.bottom()) {
        let row = Rect { y, height: 1, ..inside };
        let title = paint::padded(party.title.of(lang), label, cx.theme);
        put_line(buf, row, row.x, y, &line(title, Role::Dim), row.width, None, cx.theme);
        let rest = Rect { x: row.x.saturating_add(label), width: row.width.saturating_sub(label), ..row };
        match (sheet.inspection.signatures.iter().find(|s| s.party == party.id), field) {
            (Some(s), _) => {
                let text = line(format!("{}  {}", s.name, s.on), Role::Strong);
                put_line(buf, rest, rest.x, y, &text, rest.width, None, cx.theme);
            }
            (None, Some(field)) if caret.is_none() => caret = Some(field.view(buf, rest, cx.theme)),
            (None, _) => {}
        }
    }
    caret.flatten()
}

/// The item in full: the box, and the lines it holds. What the source lacks stands at the end.
fn full(state: &State, sheet: &Sheet, cx: &Context, area: Rect) -> (Rect, Vec<Pieces>) {
    let lang = cx.texts.lang().code();
    let w = area.width.saturating_sub(2).min(100);
    let room = w.saturating_sub(6);
    let mut lines = facts(state, sheet, cx, room);
    if !sheet.template.notes.is_empty() {
        let title = cx.texts.fill("checklist.notes", &[("title", sheet.template.title.of(lang))]);
        lines.push(Vec::new());
        lines.extend(paint::wrap(&title, room).into_iter().map(|l| line(l, Role::Section)));
    }
    for note in &sheet.template.notes {
        let text = format!("{}  {}", note.article, note.text.of(lang));
        lines.extend(paint::wrap(&text, room).into_iter().map(|l| line(l, Role::Warn)));
    }
    let h = (lines.len() as u16).saturating_add(2);
    (popup::centred(area, w, h), lines)
}

/// How many lines the item in full has, and how many of them are seen at once.
pub(super) fn full_size(state: &State, cx: &Context) -> (usize, usize) {
    let Some(sheet) = &state.sheet else { return (0, 1) };
    // The body lies between header, tabs and footer.
    let area = Rect::new(0, 0, state.size.0, state.size.1.saturating_sub(3));
    let (outer, lines) = full(state, sheet, cx, area);
    (lines.len(), usize::from(outer.height.saturating_sub(2)).max(1))
}
