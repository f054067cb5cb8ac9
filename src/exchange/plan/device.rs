//! Rows about computers, peripherals and media.

use super::record::{Record, When};
use super::{FieldChange, Planner, Target};
use crate::domain::command::{ComputerFields, MediumFields};
use crate::domain::view::ReadError;
use crate::domain::{Command, Computer, ComputerKind, Date, DeviceState, Medium, MediumKind, PersonId, Secrecy};
use crate::exchange::kind::Kind;
use crate::exchange::value;

/// The device of a row that this program wrote, by the number it gave; else the one of this number of the unit's. A number
/// this program gave is also known where a list has it as the unit's: the column of the unit's own may have been cut off.
fn known<T: Copy + std::str::FromStr>(record: &mut Record<'_>, number: &str, of_unit: Option<T>) -> Known<T> {
    match record.text("register") {
        Some(text) => Known { id: text.parse().ok(), registered: true },
        None => Known { id: of_unit.or_else(|| number.parse().ok()), registered: false },
    }
}

/// See [`known`].
struct Known<T> {
    id: Option<T>,
    /// The row has a number that this program gave: the device has to be there.
    registered: bool,
}

/// Plans one row.
pub(super) fn plan(planner: &mut Planner<'_>, record: &mut Record<'_>) -> Result<(), ReadError> {
    let Some(number) = record.text("number") else {
        if !record.failed() {
            record.refuse("number_missing", "number");
        }
        return Ok(());
    };
    if !planner.first_device(record, &number) {
        return Ok(());
    }
    if planner.kind == Kind::Computers { computer(planner, record, number) } else { medium(planner, record, number) }
}

/// Who a name in a column is: whom the register has there already, if he is called so; a person of the register where exactly one can be meant, else the name alone.
fn person(
    planner: &Planner<'_>,
    record: &mut Record<'_>,
    field: &str,
    department: Option<&str>,
    old: Option<PersonId>,
) -> (Option<PersonId>, Option<String>) {
    let Some(raw) = record.text(field) else { return (None, None) };
    let (name, _) = value::name(&raw);
    let all = planner.ground.directory.by_name(planner.ground.unit, &name);
    if let Some((id, _)) = all.iter().find(|(id, _)| Some(*id) == old) {
        return (Some(*id), None);
    }
    let near: Vec<_> =
        all.iter().filter(|(_, d)| department.is_some_and(|own| super::same_department(own, d))).collect();
    match (all, near.as_slice()) {
        ([(id, _)], _) | (_, [(id, _)]) => (Some(*id), None),
        ([], _) => (None, Some(name)),
        _ => {
            record.warn("holder_ambiguous", field);
            (None, Some(name))
        }
    }
}

/// Collects what differs between what a row gives and what the register has.
struct Diff {
    changes: Vec<FieldChange>,
}

impl Diff {
    fn text(&mut self, field: &'static str, new: Option<String>, old: &str) -> Option<String> {
        let new = new.filter(|n| n != old)?;
        self.changes.push(FieldChange { field, before: old.to_owned(), after: new.clone() });
        Some(new)
    }

    fn date(&mut self, field: &'static str, new: Option<Date>, old: Option<Date>) -> Option<Date> {
        let new = new.filter(|n| Some(*n) != old)?;
        let before = old.map(|d| d.to_string()).unwrap_or_default();
        self.changes.push(FieldChange { field, before, after: new.to_string() });
        Some(new)
    }

    fn word<T: Copy + PartialEq>(
        &mut self,
        field: &'static str,
        list: &str,
        new: Option<T>,
        old: Option<T>,
        code: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let new = new.filter(|n| Some(*n) != old)?;
        let shown = |v: T| format!("@word.{list}.{}", code(v));
        self.changes.push(FieldChange { field, before: old.map(&shown).unwrap_or_default(), after: shown(new) });
        Some(new)
    }

    fn person(&mut self, field: &'static str, new: Option<PersonId>, old: Option<PersonId>) -> Option<PersonId> {
        let new = new.filter(|n| Some(*n) != old)?;
        let before = old.map(|p| p.to_string()).unwrap_or_default();
        self.changes.push(FieldChange { field, before, after: new.to_string() });
        Some(new)
    }
}

/// The unit's number, where a row that names the device otherwise has another.
fn renumbered(diff: &mut Diff, registered: bool, number: &str, old: &str) -> Option<String> {
    if registered { diff.text("number", Some(number.to_owned()), old) } else { None }
}

/// Serial numbers in one cell.
fn list(text: Option<String>) -> Option<Vec<String>> {
    let all: Vec<String> = text?
        .split([',', ';', '\u{3001}', '\u{ff0c}', '\u{ff1b}', '/', ' '])
        .map(|p| p.trim().to_owned())
        .filter(|p| !p.is_empty())
        .collect();
    (!all.is_empty()).then_some(all)
}

fn computer(planner: &mut Planner<'_>, record: &mut Record<'_>, number: String) -> Result<(), ReadError> {
    let kind = record.soft_word("computer", "computer_kind").and_then(ComputerKind::from_code);
    let model = record.text("model");
    let serial = record.text("serial");
    let disks = list(record.text("disk_serials"));
    let secrecy = record.word("secrecy", "secrecy").and_then(Secrecy::from_code);
    let department = record.department();
    let room = record.text("room");
    let os_installed_on = record.date("os_installed_on", When::Past);
    let enabled_on = record.date("enabled_on", When::Near);
    let state = record.soft_word("device_state", "device_state").and_then(DeviceState::from_code);
    let note = record.text("note");
    if record.failed() {
        return Ok(());
    }
    let unit = planner.ground.unit;
    let known = known(record, &number, planner.ground.directory.computer(unit, &number));
    let before = match known.id {
        Some(id) => planner.ground.view.computer(id)?,
        None => None,
    };
    if known.registered && before.is_none() {
        record.refuse("device_not_in_register", "register");
        return Ok(());
    }
    let blank = Computer::new(crate::domain::ComputerId(0), planner.ground.unit, number.as_str());
    let old = before.as_ref().unwrap_or(&blank);
    let (is_new, mut diff) = (before.is_none(), Diff { changes: Vec::new() });
    let (custodian, custodian_name) = person(planner, record, "custodian", department.as_deref(), old.custodian);
    let (user, user_name) = person(planner, record, "user", department.as_deref(), old.user);
    let old_disks = old.disk_serials.join(", ");
    let fields = ComputerFields {
        unit: is_new.then_some(planner.ground.unit),
        number: if is_new {
            Some(number.clone())
        } else {
            renumbered(&mut diff, known.registered, &number, &old.number)
        },
        kind: diff.word("computer_kind", "computer", kind, (!is_new).then_some(old.kind), ComputerKind::code),
        model: diff.text("model", model, &old.model),
        serial: diff.text("serial", serial, &old.serial),
        disk_serials: diff.text("disk_serials", disks.as_ref().map(|d| d.join(", ")), &old_disks).and(disks),
        secrecy: diff.word("secrecy", "secrecy", secrecy, old.secrecy, Secrecy::code),
        department: diff.text("department", department, &old.department),
        custodian: diff.person("custodian", custodian, old.custodian),
        custodian_name: diff.text("custodian", custodian_name, &old.custodian_name),
        user: diff.person("user", user, old.user),
        user_name: diff.text("user", user_name, &old.user_name),
        room: diff.text("room", room, &old.room),
        os_installed_on: diff.date("os_installed_on", os_installed_on, old.os_installed_on),
        enabled_on: diff.date("enabled_on", enabled_on, old.enabled_on),
        state: diff.word("device_state", "device_state", state, (!is_new).then_some(old.state), DeviceState::code),
        note: diff.text("note", note, &old.note),
    };
    let (target, command) = match &before {
        None => (Target::NewComputer, Some(Command::AddComputer(fields))),
        Some(c) => {
            let command = Command::ChangeComputer { computer: c.id, based_on: Some(c.revision), fields };
            (Target::Computer(c.id), (!diff.changes.is_empty()).then_some(command))
        }
    };
    planner.add(record, &number, target, command.into_iter().collect(), diff.changes);
    Ok(())
}

fn medium(planner: &mut Planner<'_>, record: &mut Record<'_>, number: String) -> Result<(), ReadError> {
    let kind = record.soft_word("medium", "medium_kind").and_then(MediumKind::from_code);
    let title = record.text("title");
    let serial = record.text("serial");
    let secrecy = record.word("secrecy", "secrecy").and_then(Secrecy::from_code);
    let department = record.department();
    let computer = record.text("computer_number").and_then(|n| {
        let found = planner.ground.directory.computer(planner.ground.unit, &n);
        if found.is_none() {
            record.warn("computer_unknown", "computer_number");
        }
        found
    });
    let issued_on = record.date("issued_on", When::Near);
    let state = record.soft_word("device_state", "device_state").and_then(DeviceState::from_code);
    let note = record.text("note");
    if record.failed() {
        return Ok(());
    }
    let unit = planner.ground.unit;
    let known = known(record, &number, planner.ground.directory.medium(unit, &number));
    let before = match known.id {
        Some(id) => planner.ground.view.medium(id)?,
        None => None,
    };
    if known.registered && before.is_none() {
        record.refuse("device_not_in_register", "register");
        return Ok(());
    }
    let blank = Medium::new(crate::domain::MediumId(0), planner.ground.unit, number.as_str());
    let old = before.as_ref().unwrap_or(&blank);
    let (is_new, mut diff) = (before.is_none(), Diff { changes: Vec::new() });
    let (holder, holder_name) = person(planner, record, "holder", department.as_deref(), old.holder);
    let computer = computer.filter(|c| Some(*c) != old.computer);
    if let Some(c) = computer {
        let before = old.computer.map(|c| c.to_string()).unwrap_or_default();
        diff.changes.push(FieldChange { field: "computer_number", before, after: c.to_string() });
    }
    let fields = MediumFields {
        unit: is_new.then_some(planner.ground.unit),
        number: if is_new {
            Some(number.clone())
        } else {
            renumbered(&mut diff, known.registered, &number, &old.number)
        },
        kind: diff.word("medium_kind", "medium", kind, (!is_new).then_some(old.kind), MediumKind::code),
        title: diff.text("title", title, &old.title),
        serial: diff.text("serial", serial, &old.serial),
        secrecy: diff.word("secrecy", "secrecy", secrecy, old.secrecy, Secrecy::code),
        department: diff.text("department", department, &old.department),
        holder: diff.person("holder", holder, old.holder),
        holder_name: diff.text("holder", holder_name, &old.holder_name),
        computer,
        issued_on: diff.date("issued_on", issued_on, old.issued_on),
        state: diff.word("device_state", "device_state", state, (!is_new).then_some(old.state), DeviceState::code),
        note: diff.text("note", note, &old.note),
    };
    let (target, command) = match &before {
        None => (Target::NewMedium, Some(Command::AddMedium(fields))),
        Some(m) => {
            let command = Command::ChangeMedium { medium: m.id, based_on: Some(m.revision), fields };
            (Target::Medium(m.id), (!diff.changes.is_empty()).then_some(command))
        }
    };
    planner.add(record, &number, target, command.into_iter().collect(), diff.changes);
    Ok(())
}
