//! Where the checklist stands while it is open, for the next start: the item, and a remark or a name that is being typed.

use serde::{Deserialize, Serialize};

use super::typed::Ready;
use super::{Mode, State};
use crate::domain::inspection::Spot;
use crate::domain::{InspectionId, InspectionState};
use crate::ui::field::Field;

/// The item under the cursor, and what is typed about it and in no record yet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    inspection: InspectionId,
    at: Spot,
    /// The item that the register has for the operator, as it was read last.
    #[serde(default)]
    kept: Option<Spot>,
    /// A name that signs, not a remark.
    signs: bool,
    /// Empty while nothing is typed.
    text: String,
}

impl Draft {
    /// Whether something was being typed.
    pub(in crate::screens) fn typed(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// The item, unless the register has another one by now: answers say where the cursor went.
    pub(super) fn spot(&self, kept: Option<&Spot>) -> Option<&Spot> {
        (self.typed() || self.kept.as_ref() == kept).then_some(&self.at)
    }
}

impl State {
    /// Where it stands; `None` for a record that is only read.
    pub(in crate::screens) fn draft(&self) -> Option<Draft> {
        let (text, signs) = match &self.mode {
            Mode::Remark(field, Ready::No | Ready::Leaving) => (field.text(), false),
            Mode::Sign(field) => (field.text(), true),
            _ if self.begun.is_some() => return self.begun.clone(),
            _ => ("", false),
        };
        if !self.open() && !self.is(InspectionState::Signing) {
            return None;
        }
        let (kept, text) = (self.kept.clone(), text.to_owned());
        Some(Draft { inspection: self.id, at: self.spot()?, kept, signs, text })
    }

    /// The checklist as it was when the program ended.
    pub(in crate::screens) fn of_draft(draft: Draft) -> Self {
        Self { begun: Some(draft.clone()), ..Self::new(draft.inspection, None) }
    }

    /// Goes on where that ended, if the record still takes it.
    pub(super) fn begin_again(&mut self) {
        match self.begun.take() {
            Some(d) if d.signs && self.is(InspectionState::Signing) => self.mode = Mode::Sign(Field::new(d.text)),
            Some(d) if d.typed() && !d.signs && self.open() => self.mode = Mode::Remark(Field::new(d.text), Ready::No),
            _ => {}
        }
    }
}
