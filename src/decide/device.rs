//! Computers, peripherals and media: registered and changed. What happens to them afterwards is in `custody`.

use super::{Context, Decision, Refusal, known_day, required, short, unit_or_only};
use crate::domain::command::{ComputerFields, MediumFields};
use crate::domain::view::NaturalKey;
use crate::domain::{Change, Command, Computer, ComputerId, Medium, MediumId, PersonId, RecordKind, UnitId, View};

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::AddComputer(f) => {
            let unit = unit_or_only(view, f.unit)?;
            let number = required("number", f.number.as_deref().unwrap_or(""))?;
            free(view, &NaturalKey::Computer(unit.id, number.clone()), None)?;
            let mut computer = Computer::new(ComputerId(view.next_number(RecordKind::Computer)?), unit.id, number);
            fill_computer(view, cx, &mut computer, f)?;
            Ok(computer_done(computer))
        }
        Command::ChangeComputer { computer, based_on, fields } => {
            let mut after = the_computer(view, *computer)?;
            let before = after.clone();
            fresh(*based_on, before.revision, &computer.to_string())?;
            same_unit(fields.unit, before.unit)?;
            if let Some(number) = &fields.number {
                after.number = required("number", number)?;
                free(view, &NaturalKey::Computer(after.unit, after.number.clone()), Some(computer.0))?;
            }
            fill_computer(view, cx, &mut after, fields)?;
            changed(before == after, &computer.to_string())?;
            Ok(computer_done(after))
        }
        Command::AddMedium(f) => {
            let unit = unit_or_only(view, f.unit)?;
            let number = required("number", f.number.as_deref().unwrap_or(""))?;
            free(view, &NaturalKey::Medium(unit.id, number.clone()), None)?;
            let mut medium = Medium::new(MediumId(view.next_number(RecordKind::Medium)?), unit.id, number);
            fill_medium(view, cx, &mut medium, f)?;
            Ok(medium_done(medium))
        }
        Command::ChangeMedium { medium, based_on, fields } => {
            let mut after = the_medium(view, *medium)?;
            let before = after.clone();
            fresh(*based_on, before.revision, &medium.to_string())?;
            same_unit(fields.unit, before.unit)?;
            if let Some(number) = &fields.number {
                after.number = required("number", number)?;
                free(view, &NaturalKey::Medium(after.unit, after.number.clone()), Some(medium.0))?;
            }
            fill_medium(view, cx, &mut after, fields)?;
            changed(before == after, &medium.to_string())?;
            Ok(medium_done(after))
        }
        _ => Err(Refusal::input("wrong_command")),
    }
}

pub(super) fn computer_done(mut computer: Computer) -> Decision {
    computer.revision += 1;
    let ids = vec![computer.id.to_string()];
    Decision { changes: vec![Change::Computer(Box::new(computer))], ids, warnings: Vec::new() }
}

pub(super) fn medium_done(mut medium: Medium) -> Decision {
    medium.revision += 1;
    let ids = vec![medium.id.to_string()];
    Decision { changes: vec![Change::Medium(Box::new(medium))], ids, warnings: Vec::new() }
}

pub(super) fn the_computer(view: &dyn View, id: ComputerId) -> Result<Computer, Refusal> {
    view.computer(id)?.ok_or_else(|| Refusal::input("no_such_record").with("id", id))
}

pub(super) fn the_medium(view: &dyn View, id: MediumId) -> Result<Medium, Refusal> {
    view.medium(id)?.ok_or_else(|| Refusal::input("no_such_record").with("id", id))
}

fn free(view: &dyn View, key: &NaturalKey, owner: Option<u64>) -> Result<(), Refusal> {
    match view.by_key(key)? {
        Some(other) if owner != Some(other) => {
            Err(Refusal::rule("number_taken").with("id", crate::domain::RecordId { kind: key.kind(), number: other }))
        }
        _ => Ok(()),
    }
}

fn fresh(based_on: Option<u64>, revision: u64, id: &str) -> Result<(), Refusal> {
    match based_on {
        Some(r) if r != revision => {
            Err(Refusal::stale("stale").with("id", id).with("based_on", r).with("revision", revision))
        }
        _ => Ok(()),
    }
}

pub(super) fn changed(same: bool, id: &str) -> Result<(), Refusal> {
    if same { Err(Refusal::rule("nothing_changed").with("id", id)) } else { Ok(()) }
}

fn same_unit(asked: Option<UnitId>, own: UnitId) -> Result<(), Refusal> {
    match asked {
        Some(unit) if unit != own => Err(Refusal::input("unit_fixed").with("unit", own)),
        _ => Ok(()),
    }
}

/// The name kept beside a person's id: the person's own when the id is given.
pub(super) fn named(
    view: &dyn View,
    id: Option<PersonId>,
    text: Option<&str>,
    field: &'static str,
) -> Result<Option<(Option<PersonId>, String)>, Refusal> {
    match (id, text) {
        (Some(id), _) => Ok(Some((Some(id), super::the_person(view, id)?.name))),
        (None, Some(text)) => Ok(Some((None, short(field, text)?))),
        (None, None) => Ok(None),
    }
}

fn fill_computer(view: &dyn View, cx: &Context, c: &mut Computer, f: &ComputerFields) -> Result<(), Refusal> {
    c.kind = f.kind.unwrap_or(c.kind);
    set(&mut c.model, "model", f.model.as_deref())?;
    set(&mut c.serial, "serial", f.serial.as_deref())?;
    if let Some(serials) = &f.disk_serials {
        c.disk_serials = serials.iter().map(|s| short("disk_serials", s)).collect::<Result<_, _>>()?;
    }
    c.secrecy = f.secrecy.or(c.secrecy);
    set(&mut c.department, "department", f.department.as_deref())?;
    if let Some((id, name)) = named(view, f.custodian, f.custodian_name.as_deref(), "custodian_name")? {
        (c.custodian, c.custodian_name) = (id, name);
    }
    if let Some((id, name)) = named(view, f.user, f.user_name.as_deref(), "user_name")? {
        (c.user, c.user_name) = (id, name);
    }
    set(&mut c.room, "room", f.room.as_deref())?;
    if let Some(day) = f.os_installed_on {
        c.os_installed_on = Some(known_day(cx, "os_installed_on", day)?);
    }
    if let Some(day) = f.enabled_on {
        c.enabled_on = Some(known_day(cx, "enabled_on", day)?);
    }
    c.state = f.state.unwrap_or(c.state);
    set(&mut c.note, "note", f.note.as_deref())
}

fn fill_medium(view: &dyn View, cx: &Context, m: &mut Medium, f: &MediumFields) -> Result<(), Refusal> {
    m.kind = f.kind.unwrap_or(m.kind);
    set(&mut m.title, "title", f.title.as_deref())?;
    set(&mut m.serial, "serial", f.serial.as_deref())?;
    m.secrecy = f.secrecy.or(m.secrecy);
    set(&mut m.department, "department", f.department.as_deref())?;
    if let Some((id, name)) = named(view, f.holder, f.holder_name.as_deref(), "holder_name")? {
        (m.holder, m.holder_name) = (id, name);
    }
    if let Some(id) = f.computer {
        the_computer(view, id)?;
        m.computer = Some(id);
    }
    if let Some(day) = f.issued_on {
        m.issued_on = Some(known_day(cx, "issued_on", day)?);
    }
    m.state = f.state.unwrap_or(m.state);
    set(&mut m.note, "note", f.note.as_deref())
}

fn set(field: &mut String, name: &'static str, text: Option<&str>) -> Result<(), Refusal> {
    if let Some(text) = text {
        *field = short(name, text)?;
    }
    Ok(())
}
