//! How rows find their records: by identity number, by staff number, by name and department. The session fills it from
//! the summaries it has at hand.

use std::collections::HashMap;

use crate::domain::{ComputerId, MediumId, PersonId, UnitId};
use crate::text::fold;

/// Everybody of one name, with department.
type Namesakes = Vec<(PersonId, Box<str>)>;

/// The keys of the records in the register.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    identity: HashMap<Box<str>, PersonId>,
    staff: HashMap<(UnitId, Box<str>), PersonId>,
    names: HashMap<(UnitId, Box<str>), Namesakes>,
    computers: HashMap<(UnitId, Box<str>), ComputerId>,
    media: HashMap<(UnitId, Box<str>), MediumId>,
}

impl Directory {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a person; `identity` is the whole number in normal form.
    pub fn add_person(
        &mut self,
        id: PersonId,
        unit: UnitId,
        name: &str,
        department: &str,
        identity: Option<&str>,
        staff_number: Option<&str>,
    ) {
        if let Some(number) = identity {
            self.identity.insert(number.into(), id);
        }
        if let Some(number) = staff_number {
            self.staff.insert((unit, number.into()), id);
        }
        self.names.entry((unit, fold(name).into())).or_default().push((id, department.into()));
    }

    /// Adds a computer.
    pub fn add_computer(&mut self, id: ComputerId, unit: UnitId, number: &str) {
        self.computers.insert((unit, fold(number).into()), id);
    }

    /// Adds a medium.
    pub fn add_medium(&mut self, id: MediumId, unit: UnitId, number: &str) {
        self.media.insert((unit, fold(number).into()), id);
    }

    pub(super) fn by_identity(&self, number: &str) -> Option<PersonId> {
        self.identity.get(number).copied()
    }

    pub(super) fn by_staff(&self, unit: UnitId, number: &str) -> Option<PersonId> {
        self.staff.get(&(unit, number.into())).copied()
    }

    /// Everybody of that name, with department.
    pub(super) fn by_name(&self, unit: UnitId, name: &str) -> &[(PersonId, Box<str>)] {
        self.names.get(&(unit, fold(name).into())).map_or(&[], Vec::as_slice)
    }

    pub(super) fn computer(&self, unit: UnitId, number: &str) -> Option<ComputerId> {
        self.computers.get(&(unit, fold(number).into())).copied()
    }

    pub(super) fn medium(&self, unit: UnitId, number: &str) -> Option<MediumId> {
        self.media.get(&(unit, fold(number).into())).copied()
    }
}
