//! What the deeds with computers and media ask for, and the commands they stand for.

use super::fields::{choice, entry, unit};
use super::{Entry, Takes, Values};
use crate::domain::command::{
    ComputerFields, DestroyDevice, IssueDevice, LogVolumeFields, MediumFields, MoveDevice, ReturnDevice, SendOutDevice,
};
use crate::domain::{
    Capacity, Command, ComputerId, ComputerKind, MediumId, MediumKind, PersonId, RecordId, RecordKind, Secrecy,
};
use crate::index::{Item, Row, View};
use crate::screens::deed::{Deed, DeviceDeed as D};
use crate::screens::{Context, data, menu};

/// Level marks, and "none".
fn marks(cx: &Context) -> Takes {
    let none = (String::new(), cx.texts.word("secrecy", "none"));
    let all = Secrecy::ALL.iter().map(|s| (s.code().to_owned(), cx.texts.word("secrecy", s.code())));
    Takes::OneOf(std::iter::once(none).chain(all).collect())
}

fn yes_no(cx: &Context) -> Takes {
    Takes::OneOf(["no", "yes"].iter().map(|c| ((*c).to_owned(), cx.texts.word("yes_no", c))).collect())
}

/// The fields a deed with a computer or medium asks for.
pub fn entries(deed: Deed, items: &[Item], cx: &Context) -> Vec<Entry> {
    let (today, me) = (cx.today.to_string(), cx.operator.name.clone());
    let text = |name, required| entry(name, Takes::Text, required, "");
    let day = |name, start: &str| entry(name, Takes::Day, false, start);
    match deed {
        Deed::AddComputer | Deed::AddMedium => {
            let here = items.first().and_then(|i| match cx.index.row(*i)? {
                Row::Computer(c) => Some(c.unit),
                Row::Medium(m) => Some(m.unit),
                _ => None,
            });
            let mut out = new(deed, cx);
            out.splice(1..1, unit(here, cx));
            out
        }
        Deed::Device(D::Change, id) => change(id, cx),
        Deed::Device(D::Issue, id) => {
            let mut out = vec![text("receiver", true)];
            if id.kind == RecordKind::Computer {
                out.push(entry("capacity", choice(Capacity::ALL, Capacity::code, "capacity", cx), true, "head"));
                out.push(text("user", false));
            }
            out.extend([text("department", false), text("room", false), day("on", &today), text("note", false)]);
            out
        }
        Deed::Device(D::Move, _) => vec![
            text("room", true),
            text("department", false),
            day("filed_on", ""),
            day("on", &today),
            text("note", false),
        ],
        Deed::Device(D::TakeBack, _) => vec![text("reason", false), day("on", &today)],
        Deed::Device(D::SendOut, _) => vec![
            text("place", true),
            text("approved_by", true),
            entry("disk_removed", yes_no(cx), true, "no"),
            day("on", &today),
            text("note", false),
        ],
        Deed::Device(D::Return, _) => vec![text("note", false), day("on", &today)],
        Deed::Device(D::Destroy, _) => {
            let mut out = vec![text("approved_by", true), text("place", true), text("witness", false)];
            out.extend([day("on", &today), text("note", false)]);
            out
        }
        Deed::Device(D::Volume, _) => {
            let year = chrono::Datelike::year(&cx.today).to_string();
            vec![entry("year", Takes::Number, true, year), text("place", false)]
        }
        Deed::Device(D::DestroyVolume, _) => {
            vec![entry("year", Takes::Number, true, ""), entry("by", Takes::Text, true, me), day("on", &today)]
        }
        _ => Vec::new(),
    }
}

/// The fields of a new computer or medium: form 12.
fn new(deed: Deed, cx: &Context) -> Vec<Entry> {
    let text = |name, required| entry(name, Takes::Text, required, "");
    let day = |name| entry(name, Takes::Day, false, "");
    if deed == Deed::AddComputer {
        let kinds = choice(ComputerKind::ALL, ComputerKind::code, "computer", cx);
        let kind = entry("computer_kind", kinds, true, "desktop");
        let mut out = vec![text("number", true), kind, entry("secrecy", marks(cx), false, "")];
        out.extend(
            ["model", "serial", "disk_serials", "department", "custodian", "user", "room"]
                .map(|name| text(name, false)),
        );
        out.extend(["os_installed_on", "enabled_on"].map(day));
        out
    } else {
        let kinds = choice(MediumKind::ALL, MediumKind::code, "medium", cx);
        let kind = entry("medium_kind", kinds, true, "usb_stick");
        let mut out = vec![text("number", true), kind, entry("secrecy", marks(cx), false, "")];
        out.extend(["medium_title", "serial", "department", "custodian"].map(|name| text(name, false)));
        out.push(day("issued_on"));
        out
    }
}

/// The fields that lists know, with what they hold; the others take only what is new.
fn change(id: RecordId, cx: &Context) -> Vec<Entry> {
    let text = |name, required, start: &str| entry(name, Takes::Text, required, start);
    let mark = |s: Option<Secrecy>| entry("secrecy", marks(cx), false, s.map_or("", Secrecy::code));
    match menu::device(id, cx) {
        Some(Row::Computer(c)) => vec![
            text("number", true, &c.number),
            entry("computer_kind", choice(ComputerKind::ALL, ComputerKind::code, "computer", cx), true, c.kind.code()),
            mark(c.level),
            text("model", false, &c.model),
            text("department", false, &c.department),
            text("custodian", false, &c.custodian_name),
            text("user", false, &c.user_name),
            text("room", false, &c.room),
            text("serial", false, ""),
            text("disk_serials", false, ""),
            entry("os_installed_on", Takes::Day, false, ""),
            entry("enabled_on", Takes::Day, false, ""),
            text("note", false, ""),
        ],
        Some(Row::Medium(m)) => vec![
            text("number", true, &m.number),
            entry("medium_kind", choice(MediumKind::ALL, MediumKind::code, "medium", cx), true, m.kind.code()),
            mark(m.level),
            text("medium_title", false, &m.title),
            text("department", false, &m.department),
            text("custodian", false, &m.holder_name),
            text("serial", false, ""),
            text("note", false, ""),
        ],
        _ => Vec::new(),
    }
}

/// A person named by id, or by a name that only one person of the register has; anybody else by name alone.
fn who(text: Option<String>, cx: &Context) -> (Option<PersonId>, Option<String>) {
    let Some(text) = text else { return (None, None) };
    if let Ok(id) = text.parse::<PersonId>()
        && cx.index.person(id).is_some()
    {
        return (Some(id), None);
    }
    let query = data::read(cx, &format!("name=\"{}\"", text.replace('"', "")));
    let found = query.map(|q| data::list(cx, View::People, &q, None).items).unwrap_or_default();
    match found.as_slice() {
        [one] => (Some(PersonId(one.record.number)), None),
        _ => (None, Some(text)),
    }
}

fn serials(text: Option<String>) -> Option<Vec<String>> {
    let split = |t: String| t.split([',', ';', '\u{ff0c}', '\u{3001}', ' ']).map(str::to_owned).collect::<Vec<_>>();
    text.map(split).map(|all| all.into_iter().filter(|s| !s.is_empty()).collect())
}

fn computer(v: &Values, cx: &Context) -> ComputerFields {
    let (custodian, custodian_name) = who(v.changed("custodian"), cx);
    let (user, user_name) = who(v.changed("user"), cx);
    ComputerFields {
        unit: v.unit(),
        number: v.changed("number"),
        kind: ComputerKind::from_code(&v.text("computer_kind")),
        model: v.changed("model"),
        serial: v.some("serial"),
        disk_serials: serials(v.some("disk_serials")),
        secrecy: Secrecy::from_code(&v.text("secrecy")),
        department: v.changed("department"),
        custodian,
        custodian_name,
        user,
        user_name,
        room: v.changed("room"),
        os_installed_on: v.day("os_installed_on"),
        enabled_on: v.day("enabled_on"),
        note: v.some("note"),
        ..ComputerFields::default()
    }
}

fn medium(v: &Values, cx: &Context) -> MediumFields {
    let (holder, holder_name) = who(v.changed("custodian"), cx);
    MediumFields {
        unit: v.unit(),
        number: v.changed("number"),
        kind: MediumKind::from_code(&v.text("medium_kind")),
        title: v.changed("medium_title"),
        serial: v.some("serial"),
        secrecy: Secrecy::from_code(&v.text("secrecy")),
        department: v.changed("department"),
        holder,
        holder_name,
        issued_on: v.day("issued_on"),
        note: v.some("note"),
        ..MediumFields::default()
    }
}

/// The command a filled form stands for.
pub fn command(deed: Deed, v: &Values, based_on: Option<u64>, cx: &Context) -> Option<Command> {
    let (deed, device) = match deed {
        Deed::AddComputer => return Some(Command::AddComputer(computer(v, cx))),
        Deed::AddMedium => return Some(Command::AddMedium(medium(v, cx))),
        Deed::Device(deed, device) => (deed, device),
        _ => return None,
    };
    let on = v.day("on");
    Some(match deed {
        D::Change if device.kind == RecordKind::Computer => {
            Command::ChangeComputer { computer: ComputerId(device.number), based_on, fields: computer(v, cx) }
        }
        D::Change => Command::ChangeMedium { medium: MediumId(device.number), based_on, fields: medium(v, cx) },
        D::Issue => {
            let (person, name) = who(v.some("receiver"), cx);
            let (user, user_name) = who(v.some("user"), cx);
            Command::IssueDevice(IssueDevice {
                device,
                person,
                name: name.unwrap_or_default(),
                capacity: Capacity::from_code(&v.text("capacity")),
                user,
                user_name: user_name.unwrap_or_default(),
                department: v.some("department"),
                room: v.some("room"),
                on,
                note: v.text("note"),
            })
        }
        D::Move => Command::MoveDevice(MoveDevice {
            device,
            room: v.text("room"),
            department: v.some("department"),
            filed_on: v.day("filed_on"),
            on,
            note: v.text("note"),
        }),
        D::TakeBack => {
            let of = |kind: RecordKind| (device.kind == kind).then_some(device.number);
            Command::TakeBack {
                computer: of(RecordKind::Computer).map(ComputerId),
                medium: of(RecordKind::Medium).map(MediumId),
                on,
                reason: v.text("reason"),
            }
        }
        D::SendOut => Command::SendOutDevice(SendOutDevice {
            device,
            place: v.text("place"),
            approved_by: v.text("approved_by"),
            disk_removed: v.text("disk_removed") == "yes",
            on,
            note: v.text("note"),
        }),
        D::Return => Command::ReturnDevice(ReturnDevice { device, on, note: v.text("note") }),
        D::Destroy => Command::DestroyDevice(DestroyDevice {
            device,
            approved_by: v.text("approved_by"),
            place: v.text("place"),
            witness: v.text("witness"),
            on,
            note: v.text("note"),
        }),
        D::Volume => {
            Command::AddLogVolume(LogVolumeFields { device, year: v.number("year")?, by: v.text("place"), on: None })
        }
        D::DestroyVolume => {
            Command::DestroyLogVolume(LogVolumeFields { device, year: v.number("year")?, by: v.text("by"), on })
        }
    })
}
