//! 设备档案: the card of a computer or medium: what is registered of it (form 12), what happened to it (form 13), its usage
//! logs, its inspections and what they found.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::sheet::{Line, Sheet};
use super::{AvailableAction, Context, DeviceCard, Effect, Got, Input, Read, Tone, records, words};
use crate::domain::device::{Custody, LogVolume};
use crate::domain::{CustodyKind, Date, DeviceState, InspectionState, RecordId, Secrecy};
use crate::index::{Item, View};
use crate::keys::Action;
use crate::rules::{Device, DeviceFinding, inspected_alone};
use crate::ui::paint::{line, piece, put_line, wrap};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::Role;

/// The pack whose articles custody rests on.
const PACK: &str = "p8-computers";

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    id: RecordId,
    card: Option<Box<DeviceCard>>,
    failed: Option<String>,
    scroll: Scroll,
    size: (u16, u16),
}

impl State {
    /// The card of a record, empty until it is fetched.
    pub(super) fn new(id: RecordId) -> Self {
        Self { id, card: None, failed: None, scroll: Scroll::default(), size: (80, 24) }
    }

    /// Whether a key must wait: the card is on its way.
    pub(super) const fn holding(&self) -> bool {
        self.card.is_none() && self.failed.is_none()
    }

    fn page(&self) -> usize {
        usize::from(self.size.1).saturating_sub(3).max(1)
    }

    fn lines(&self, cx: &Context, width: u16) -> Vec<Line> {
        self.card.as_ref().map(|c| lines(c, cx, width)).unwrap_or_default()
    }
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    let step = match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => return vec![Effect::Read(Read::Device(state.id))],
        Input::Read(reply) if reply.read == Read::Device(state.id) => {
            match reply.got {
                Ok(Got::Device(card)) => (state.card, state.failed) = (Some(card), None),
                Ok(_) => {}
                Err(why) => (state.card, state.failed) = (None, Some(why)),
            }
            return Vec::new();
        }
        Input::Resized(w, h) => {
            state.size = (w, h);
            return Vec::new();
        }
        Input::Failed(why) => return vec![Effect::Toast(Tone::Trouble, why)],
        Input::Action(Action::Act) => {
            return vec![Effect::ActOn(View::Devices, vec![Item { record: state.id, part: 0 }])];
        }
        Input::Action(Action::Back) => return vec![Effect::Back],
        Input::Action(Action::Up) => Move::Up,
        Input::Action(Action::Down) => Move::Down,
        Input::Action(Action::PageUp) => Move::PageUp,
        Input::Action(Action::PageDown) => Move::PageDown,
        Input::Action(Action::First) => Move::First,
        Input::Action(Action::Last) => Move::Last,
        _ => return Vec::new(),
    };
    // The cursor is the first line shown: a card has nothing to choose.
    let len = state.lines(cx, state.size.0).len();
    let rest = len.saturating_sub(state.page()).saturating_add(1);
    state.scroll.go(step, rest, state.page());
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    let some = state.card.is_some();
    vec![
        AvailableAction::when(Action::Act, 97, some),
        AvailableAction::on(Action::Back, 90),
        AvailableAction::when(Action::Up, 60, some),
        AvailableAction::when(Action::Down, 60, some),
        AvailableAction::when(Action::PageUp, 0, some),
        AvailableAction::when(Action::PageDown, 0, some),
        AvailableAction::when(Action::First, 0, some),
        AvailableAction::when(Action::Last, 0, some),
    ]
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    let lines = state.lines(cx, area.width);
    if state.card.is_none() {
        let text = state.failed.clone().unwrap_or_else(|| cx.texts.t("devices.reading"));
        let (x, y) = (area.x.saturating_add(3), area.y.saturating_add(2));
        for (text, y) in wrap(&text, area.width.saturating_sub(6)).into_iter().zip(y..area.bottom()) {
            put_line(buf, area, x, y, &line(text, Role::Dim), area.width, None, cx.theme);
        }
        return None;
    }
    let pieces: Vec<_> = lines.into_iter().map(|l| l.pieces).collect();
    let inside = Rect { x: area.x.saturating_add(1), width: area.width.saturating_sub(2), ..area };
    crate::ui::popup::lines(buf, inside, &pieces, state.scroll.at, cx.theme);
    None
}

/// All that the card says.
fn lines(card: &DeviceCard, cx: &Context, width: u16) -> Vec<Line> {
    let mut sheet = Sheet { cx, width, lines: Vec::new() };
    head(card, &mut sheet);
    fields(card, &mut sheet);
    inspections(card, &mut sheet);
    findings(card, &mut sheet);
    custody(card, &mut sheet);
    volumes(card, &mut sheet);
    records::history(&mut sheet, &card.history);
    sheet.lines
}

/// Number, mark and state, in one line.
fn head(card: &DeviceCard, sheet: &mut Sheet) {
    let (number, secrecy, state) = match &card.device {
        Device::Computer(c) => (&c.number, c.secrecy, c.state),
        Device::Medium(m) => (&m.number, m.secrecy, m.state),
    };
    let mut pieces = vec![piece(number.clone(), Role::Strong), piece(format!("  {}  ", card.device.id()), Role::Dim)];
    pieces.extend(words::secrecy(sheet.cx, secrecy));
    pieces.push(piece("  ", Role::Text));
    pieces.extend(words::device_state(sheet.cx, state));
    sheet.lines.push(Line { pieces, link: None, section: false });
}

/// The fields of form 12.
fn fields(card: &DeviceCard, sheet: &mut Sheet) {
    let cx = sheet.cx;
    sheet.section("devices.fields");
    let day = |d: Option<Date>| words::date(d);
    let mark = |s: Option<Secrecy>| cx.texts.word("secrecy", s.map_or("none", Secrecy::code));
    let all: Vec<(&str, String)> = match &card.device {
        Device::Computer(c) => vec![
            ("number", c.number.clone()),
            ("kind", cx.texts.word("computer", c.kind.code())),
            ("model", c.model.clone()),
            ("serial", c.serial.clone()),
            ("disk_serials", c.disk_serials.join("  ")),
            ("secrecy", mark(c.secrecy)),
            ("department", c.department.clone()),
            ("custodian", c.custodian_name.clone()),
            ("user", c.user_name.clone()),
            ("room", c.room.clone()),
            ("os_installed_on", day(c.os_installed_on)),
            ("enabled_on", day(c.enabled_on)),
            ("note", c.note.clone()),
        ],
        Device::Medium(m) => vec![
            ("number", m.number.clone()),
            ("kind", cx.texts.word("medium", m.kind.code())),
            ("medium_title", m.title.clone()),
            ("serial", m.serial.clone()),
            ("secrecy", mark(m.secrecy)),
            ("department", m.department.clone()),
            ("custodian", m.holder_name.clone()),
            ("computer", m.computer.map(|c| c.to_string()).unwrap_or_default()),
            ("issued_on", day(m.issued_on)),
            ("note", m.note.clone()),
        ],
    };
    for (name, value) in all {
        sheet.detail(&cx.texts.t(&format!("field.{name}")), &value, None);
    }
}

/// Why no inspection of its own is asked for.
fn not_inspected(card: &DeviceCard) -> Option<&'static str> {
    let Device::Computer(c) = &card.device else { return None };
    match (inspected_alone(c.kind, DeviceState::InUse), inspected_alone(c.kind, c.state)) {
        (false, _) => Some("devices.inspected_along"),
        (_, false) => Some("devices.not_in_use"),
        _ => None,
    }
}

fn inspections(card: &DeviceCard, sheet: &mut Sheet) {
    if !matches!(card.device, Device::Computer(_)) {
        return;
    }
    let cx = sheet.cx;
    sheet.section("devices.inspections");
    match &card.due {
        Some(due) => {
            let values = [
                ("date", due.due.to_string()),
                ("distance", words::distance(cx, due.due)),
                ("months", due.months.to_string()),
                ("article", words::cite(cx, &due.pack, &due.article)),
            ];
            let role = if due.due < cx.today { Role::Alarm } else { Role::Text };
            sheet.text(&cx.texts.fill("devices.due", &values), role);
        }
        None if not_inspected(card).is_some() => {
            sheet.text(&cx.texts.t(not_inspected(card).unwrap_or_default()), Role::Dim);
        }
        None => sheet.text(&cx.texts.fill("devices.no_due", &[("article", words::cite(cx, PACK, "11"))]), Role::Dim),
    }
    // The line above says it with its article.
    for fact in card.evidence.iter().filter(|f| f.code != "inspection_due") {
        sheet.text(&cx.texts.say("evidence", &fact.code, &fact.values), Role::Info);
    }
    for i in &card.inspections {
        let state = cx.texts.word("inspection_state", i.state.code());
        // Before anything was answered nothing is said of what fails.
        let fails = match i.state {
            InspectionState::Planned | InspectionState::Cancelled => String::new(),
            _ => cx.texts.fill("devices.fails", &[("n", i.fails.to_string())]),
        };
        sheet.row(
            &[
                (i.id.to_string(), 8, Role::Dim),
                (words::date(i.on), 10, Role::Text),
                (state, 12, Role::Text),
                (fails, 0, if i.fails > 0 { Role::Warn } else { Role::Dim }),
            ],
            None,
        );
    }
}

fn findings(card: &DeviceCard, sheet: &mut Sheet) {
    if card.findings.is_empty() {
        return;
    }
    sheet.section("devices.findings");
    for f in &card.findings {
        finding(f, sheet);
    }
}

fn finding(f: &DeviceFinding, sheet: &mut Sheet) {
    let cx = sheet.cx;
    let stands = f.finding.stands_at().map_or("found", crate::domain::FindingStep::code);
    let role = match (f.finding.overdue(cx.today), f.finding.open(cx.today)) {
        (true, _) => Role::Alarm,
        (_, true) => Role::Warn,
        _ => Role::Dim,
    };
    let what = format!("{}  {}", f.finding.what, words::cite(cx, &f.finding.pack, &f.finding.article));
    sheet.row(
        &[
            (format!("{} {}", f.inspection, f.spot.item), 12, Role::Dim),
            (words::date(f.finding.due), 10, role),
            (cx.texts.word("finding_stands", stands), 12, role),
            (what, 0, Role::Text),
        ],
        None,
    );
    sheet.detail(&cx.texts.t("field.responsible"), &f.finding.responsible, None);
    if let Some(w) = &f.finding.waiver {
        let values = [("until", w.until.to_string()), ("by", w.by.clone()), ("reason", w.reason.clone())];
        sheet.text(&cx.texts.fill("devices.waived", &values), Role::Dim);
    }
}

/// What happened to it, newest first.
fn custody(card: &DeviceCard, sheet: &mut Sheet) {
    let all = match &card.device {
        Device::Computer(c) => &c.custody,
        Device::Medium(m) => &m.custody,
    };
    sheet.section("devices.custody");
    if all.is_empty() {
        sheet.text(&sheet.cx.texts.t("devices.no_custody"), Role::Dim);
    }
    for event in all.iter().rev() {
        let told = told(event, sheet.cx);
        sheet.row(
            &[
                (event.on.to_string(), 10, Role::Text),
                (sheet.cx.texts.word("custody", event.kind.code()), 14, Role::Text),
                (told, 0, Role::Text),
            ],
            None,
        );
    }
}

/// Who, where, by whom and why.
fn told(event: &Custody, cx: &Context) -> String {
    let said = |key: &str, value: &str| match value {
        "" => String::new(),
        _ => cx.texts.fill(key, &[("value", value)]),
    };
    let by = match event.kind {
        CustodyKind::Issued if !event.by.is_empty() => cx.texts.word("capacity", &event.by),
        CustodyKind::SentOut | CustodyKind::Destroyed => said("devices.approved_by", &event.by),
        _ => event.by.clone(),
    };
    let name = match event.kind {
        CustodyKind::Destroyed => said("devices.watched_by", &event.name),
        _ => event.name.clone(),
    };
    let place = match event.kind {
        CustodyKind::SentOut | CustodyKind::Destroyed => said("devices.at_place", &event.place),
        _ => event.place.clone(),
    };
    let parts = [name, place, by, event.note.clone()];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join("  ")
}

/// The volumes of the usage log, each with the day from which it may be destroyed.
fn volumes(card: &DeviceCard, sheet: &mut Sheet) {
    let cx = sheet.cx;
    sheet.section("devices.volumes");
    if card.volumes.is_empty() {
        sheet.text(&cx.texts.t("devices.no_volumes"), Role::Dim);
    }
    for (volume, free) in &card.volumes {
        let (said, role) = keeping(volume, *free, cx);
        let place = if volume.place.is_empty() { "-".to_owned() } else { volume.place.clone() };
        sheet.row(&[(volume.year.to_string(), 6, Role::Strong), (place, 16, Role::Text), (said, 0, role)], None);
    }
}

/// Whether a volume is kept, may be destroyed or was.
fn keeping(volume: &LogVolume, free: Option<Date>, cx: &Context) -> (String, Role) {
    let article = words::cite(cx, PACK, "10.6");
    if let Some(on) = volume.destroyed_on {
        let values = [("on", on.to_string()), ("by", volume.destroyed_by.clone())];
        return (cx.texts.fill("devices.volume_gone", &values), Role::Dim);
    }
    let values = [("free", words::date(free)), ("article", article)];
    if free.is_some_and(|d| d <= cx.today) {
        (cx.texts.fill("devices.volume_free", &values), Role::Warn)
    } else {
        (cx.texts.fill("devices.volume_kept", &values), Role::Text)
    }
}
