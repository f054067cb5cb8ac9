//! Custody of computers and media (p8 8 to 13): issued, moved, taken back, sent out, returned, destroyed; the volumes of
//! their usage logs.

use super::device::{changed, computer_done, medium_done, named, the_computer, the_medium};
use super::{Context, Decision, Refusal, past_day, required, short};
use crate::domain::command::{DestroyDevice, IssueDevice, LogVolumeFields, MoveDevice, ReturnDevice, SendOutDevice};
use crate::domain::device::{Custody, LogVolume};
use crate::domain::{
    Command, Computer, CustodyKind, Date, DeviceState, Medium, PersonId, RecordId, RecordKind, Secrecy, UnitId, View,
};
use crate::rules;

/// The pack whose articles custody rests on.
const PACK: &str = "p8-computers";

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    match command {
        Command::IssueDevice(c) => issue(view, cx, c),
        Command::MoveDevice(c) => move_device(view, cx, c),
        Command::SendOutDevice(c) => send_out(view, cx, c),
        Command::ReturnDevice(c) => return_device(view, cx, c),
        Command::DestroyDevice(c) => destroy(view, cx, c),
        Command::TakeBack { computer, medium, on, reason } => {
            let id = match (computer, medium) {
                (Some(c), None) => RecordId::from(*c),
                (None, Some(m)) => RecordId::from(*m),
                _ => return Err(Refusal::input("take_back_one")),
            };
            take_back(view, cx, id, *on, reason)
        }
        Command::AddLogVolume(c) => add_volume(view, cx, c),
        Command::DestroyLogVolume(c) => destroy_volume(view, cx, c),
        _ => Err(Refusal::input("wrong_command")),
    }
}

/// A computer or a medium.
enum Device {
    Computer(Box<Computer>),
    Medium(Box<Medium>),
}

impl Device {
    fn load(view: &dyn View, id: RecordId) -> Result<Self, Refusal> {
        match id.kind {
            RecordKind::Computer => {
                the_computer(view, crate::domain::ComputerId(id.number)).map(|c| Self::Computer(c.into()))
            }
            RecordKind::Medium => the_medium(view, crate::domain::MediumId(id.number)).map(|m| Self::Medium(m.into())),
            _ => Err(Refusal::input("device_kind").with("id", id)),
        }
    }

    const fn is_computer(&self) -> bool {
        matches!(self, Self::Computer(_))
    }

    fn id(&self) -> RecordId {
        match self {
            Self::Computer(c) => c.id.into(),
            Self::Medium(m) => m.id.into(),
        }
    }

    const fn state(&self) -> DeviceState {
        match self {
            Self::Computer(c) => c.state,
            Self::Medium(m) => m.state,
        }
    }

    fn set_state(&mut self, state: DeviceState) {
        match self {
            Self::Computer(c) => c.state = state,
            Self::Medium(m) => m.state = state,
        }
    }

    const fn secrecy(&self) -> Option<Secrecy> {
        match self {
            Self::Computer(c) => c.secrecy,
            Self::Medium(m) => m.secrecy,
        }
    }

    const fn unit(&self) -> UnitId {
        match self {
            Self::Computer(c) => c.unit,
            Self::Medium(m) => m.unit,
        }
    }

    /// Who answers for it, and that person's name.
    fn holder(&self) -> (Option<PersonId>, String) {
        match self {
            Self::Computer(c) => (c.custodian, c.custodian_name.clone()),
            Self::Medium(m) => (m.holder, m.holder_name.clone()),
        }
    }

    fn custody(&mut self) -> &mut Vec<Custody> {
        match self {
            Self::Computer(c) => &mut c.custody,
            Self::Medium(m) => &mut m.custody,
        }
    }

    fn logs(&mut self) -> &mut Vec<LogVolume> {
        match self {
            Self::Computer(c) => &mut c.logs,
            Self::Medium(m) => &mut m.logs,
        }
    }

    fn done(self) -> Decision {
        match self {
            Self::Computer(c) => computer_done(*c),
            Self::Medium(m) => medium_done(*m),
        }
    }

    /// Adds to the register of custody; nothing may be dated before what was entered last.
    fn enter(&mut self, event: Custody) -> Result<(), Refusal> {
        if let Some(last) = self.custody().last()
            && event.on < last.on
        {
            return Err(Refusal::input("ends_before_start").with("to", event.on).with("from", last.on));
        }
        self.custody().push(event);
        Ok(())
    }
}

fn in_state(device: &Device, wanted: &[DeviceState], article: &str) -> Result<(), Refusal> {
    if wanted.contains(&device.state()) {
        return Ok(());
    }
    let refusal = Refusal::rule("device_state").with("id", device.id()).with("state", device.state().code());
    Err(if article.is_empty() { refusal } else { refusal.cite(PACK, article) })
}

fn day(cx: &Context, on: Option<Date>) -> Result<Date, Refusal> {
    past_day(cx, "on", on.unwrap_or(cx.today))
}

fn issue(view: &dyn View, cx: &Context, c: &IssueDevice) -> Result<Decision, Refusal> {
    let mut device = Device::load(view, c.device)?;
    in_state(&device, &[DeviceState::InStore, DeviceState::TakenBack], "8.1")?;
    if device.secrecy().is_none() {
        return Err(Refusal::rule("device_unmarked").with("id", c.device).cite(PACK, "8.3"));
    }
    if device.is_computer() && c.capacity.is_none() {
        return Err(Refusal::rule("capacity_needed").with("id", c.device).cite(PACK, "8.2"));
    }
    let on = day(cx, c.on)?;
    let receiver = named(view, c.person, Some(c.name.as_str()).filter(|n| !n.trim().is_empty()), "name")?;
    let Some((person, name)) = receiver else {
        return Err(Refusal::rule("receiver_needed").with("id", c.device).cite(PACK, "8.2"));
    };
    let user = named(view, c.user, Some(c.user_name.as_str()).filter(|n| !n.trim().is_empty()), "user_name")?;
    let department = c.department.as_deref().map(|d| short("department", d)).transpose()?;
    let room = c.room.as_deref().map(|r| short("room", r)).transpose()?;
    let note = short("note", &c.note)?;
    let place = match &mut device {
        Device::Computer(computer) => {
            (computer.custodian, computer.custodian_name) = (person, name.clone());
            (computer.user, computer.user_name) = user.unwrap_or((person, name.clone()));
            computer.department = department.unwrap_or_else(|| computer.department.clone());
            computer.room = room.unwrap_or_else(|| computer.room.clone());
            computer.enabled_on = computer.enabled_on.or(Some(on));
            computer.room.clone()
        }
        Device::Medium(medium) => {
            (medium.holder, medium.holder_name) = (person, name.clone());
            medium.department = department.unwrap_or_else(|| medium.department.clone());
            medium.issued_on = Some(on);
            room.unwrap_or_default()
        }
    };
    device.set_state(DeviceState::InUse);
    let by = c.capacity.map(|c| c.code().to_owned()).unwrap_or_default();
    device.enter(Custody { kind: CustodyKind::Issued, on, person, name, place, by, note })?;
    Ok(device.done())
}

fn move_device(view: &dyn View, cx: &Context, c: &MoveDevice) -> Result<Decision, Refusal> {
    let mut device = Device::load(view, c.device)?;
    in_state(&device, &[DeviceState::InUse, DeviceState::InStore], "")?;
    let on = day(cx, c.on)?;
    let room = required("room", &c.room)?;
    let department = c.department.as_deref().map(|d| short("department", d)).transpose()?;
    let filed = c.filed_on.map(|d| past_day(cx, "filed_on", d)).transpose()?;
    let (old_room, old_department) = match &device {
        Device::Computer(k) => (k.room.clone(), k.department.clone()),
        Device::Medium(m) => (String::new(), m.department.clone()),
    };
    let other = department.as_ref().is_some_and(|d| *d != old_department);
    changed(!other && room == old_room, &c.device.to_string())?;
    if other && filed.is_none() && device.is_computer() {
        return Err(Refusal::rule("move_not_filed").with("id", c.device).cite(PACK, "9.2"));
    }
    match &mut device {
        Device::Computer(k) => {
            k.room.clone_from(&room);
            k.department = department.unwrap_or(old_department);
        }
        Device::Medium(m) => m.department = department.unwrap_or(old_department),
    }
    let (person, name) = device.holder();
    let by = filed.map(|d| d.to_string()).unwrap_or_default();
    let note = short("note", &c.note)?;
    device.enter(Custody { kind: CustodyKind::Moved, on, person, name, place: room, by, note })?;
    Ok(device.done())
}

fn take_back(view: &dyn View, cx: &Context, id: RecordId, on: Option<Date>, reason: &str) -> Result<Decision, Refusal> {
    let mut device = Device::load(view, id)?;
    changed(!device.state().in_hand(), &id.to_string())?;
    let on = day(cx, on)?;
    let (person, name) = device.holder();
    match &mut device {
        Device::Computer(c) => {
            (c.custodian, c.user) = (None, None);
            c.custodian_name.clear();
            c.user_name.clear();
        }
        Device::Medium(m) => {
            m.holder = None;
            m.holder_name.clear();
        }
    }
    device.set_state(DeviceState::InStore);
    let (place, by, note) = (String::new(), String::new(), short("reason", reason)?);
    device.enter(Custody { kind: CustodyKind::TakenBack, on, person, name, place, by, note })?;
    Ok(device.done())
}

fn send_out(view: &dyn View, cx: &Context, c: &SendOutDevice) -> Result<Decision, Refusal> {
    let mut device = Device::load(view, c.device)?;
    in_state(&device, &[DeviceState::InUse, DeviceState::InStore], "")?;
    if c.approved_by.trim().is_empty() {
        return Err(Refusal::rule("send_out_approval").with("id", c.device).cite(PACK, "12.1"));
    }
    if device.is_computer() && !c.disk_removed {
        return Err(Refusal::rule("send_out_disk").with("id", c.device).cite(PACK, "12.1"));
    }
    let on = day(cx, c.on)?;
    let (place, by, note) =
        (required("place", &c.place)?, short("approved_by", &c.approved_by)?, short("note", &c.note)?);
    let (person, name) = device.holder();
    device.set_state(DeviceState::InRepair);
    device.enter(Custody { kind: CustodyKind::SentOut, on, person, name, place, by, note })?;
    Ok(device.done())
}

fn return_device(view: &dyn View, cx: &Context, c: &ReturnDevice) -> Result<Decision, Refusal> {
    let mut device = Device::load(view, c.device)?;
    in_state(&device, &[DeviceState::InRepair], "")?;
    let on = day(cx, c.on)?;
    let (person, name) = device.holder();
    let held = person.is_some() || !name.is_empty();
    device.set_state(if held { DeviceState::InUse } else { DeviceState::InStore });
    let (place, by, note) = (String::new(), String::new(), short("note", &c.note)?);
    device.enter(Custody { kind: CustodyKind::Returned, on, person, name, place, by, note })?;
    Ok(device.done())
}

fn destroy(view: &dyn View, cx: &Context, c: &DestroyDevice) -> Result<Decision, Refusal> {
    let mut device = Device::load(view, c.device)?;
    // Only what the secrecy office has in its own hands can be destroyed through it.
    in_state(&device, &[DeviceState::InStore, DeviceState::TakenBack], "13.1")?;
    for (text, code, article) in [(&c.approved_by, "destroy_approval", "13.1"), (&c.place, "destroy_place", "13.2")] {
        if text.trim().is_empty() {
            return Err(Refusal::rule(code).with("id", c.device).cite(PACK, article));
        }
    }
    let on = day(cx, c.on)?;
    let (name, note) = (short("witness", &c.witness)?, short("note", &c.note)?);
    let (place, by) = (short("place", &c.place)?, short("approved_by", &c.approved_by)?);
    device.set_state(DeviceState::Destroyed);
    device.enter(Custody { kind: CustodyKind::Destroyed, on, person: None, name, place, by, note })?;
    Ok(device.done())
}

fn add_volume(view: &dyn View, cx: &Context, c: &LogVolumeFields) -> Result<Decision, Refusal> {
    use chrono::Datelike;
    let mut device = Device::load(view, c.device)?;
    if !(1949..=cx.today.year()).contains(&c.year) {
        return Err(Refusal::input("volume_year").with("year", c.year).with("today", cx.today));
    }
    if device.logs().iter().any(|v| v.year == c.year) {
        return Err(Refusal::rule("volume_exists").with("year", c.year).with("id", c.device).cite(PACK, "10.6"));
    }
    let volume =
        LogVolume { year: c.year, place: short("by", &c.by)?, destroyed_on: None, destroyed_by: String::new() };
    device.logs().push(volume);
    device.logs().sort_by_key(|v| v.year);
    Ok(device.done())
}

fn destroy_volume(view: &dyn View, cx: &Context, c: &LogVolumeFields) -> Result<Decision, Refusal> {
    let mut device = Device::load(view, c.device)?;
    let on = day(cx, c.on)?;
    let by = required("by", &c.by)?;
    let free = view.unit(device.unit())?.and_then(|unit| rules::log_free_from(&unit, c.year));
    let id = device.id();
    let Some(volume) = device.logs().iter_mut().find(|v| v.year == c.year) else {
        return Err(Refusal::input("no_such_volume").with("year", c.year).with("id", id));
    };
    if let Some(gone) = volume.destroyed_on {
        return Err(Refusal::rule("volume_gone").with("year", c.year).with("on", gone));
    }
    if free.is_none_or(|free| on < free) {
        let free = free.map(|d| d.to_string()).unwrap_or_default();
        return Err(Refusal::rule("volume_kept").with("year", c.year).with("free", free).cite(PACK, "10.6"));
    }
    (volume.destroyed_on, volume.destroyed_by) = (Some(on), by);
    Ok(device.done())
}
