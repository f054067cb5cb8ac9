//! What the checklist would lose if the program ended now: a remark or a name that is being typed.

use serde::{Deserialize, Serialize};

use super::typed::Ready;
use super::{Mode, State};
use crate::domain::inspection::Spot;
use crate::domain::{InspectionId, InspectionState};
use crate::ui::field::Field;

/// What is typed and in no record yet, with the item it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Draft {
    inspection: InspectionId,
    at: Spot,
    /// A name that signs, not a remark.
    signs: bool,
    text: String,
}

impl State {
    /// The remark or name that is being typed.
    pub(in crate::screens) fn draft(&self) -> Option<Draft> {
        let (field, signs) = match &self.mode {
            Mode::Remark(field, Ready::No | Ready::Leaving) => (field, false),
            Mode::Sign(field) => (field, true),
            _ => return self.begun.clone(),
        };
        let text = field.text().to_owned();
        (!text.trim().is_empty()).then_some(Draft { inspection: self.id, at: self.spot()?, signs, text })
    }

    /// The checklist as it was when the program ended over a remark or a name.
    pub(in crate::screens) fn of_draft(draft: Draft) -> Self {
        let (id, at) = (draft.inspection, draft.at.clone());
        Self { begun: Some(draft), ..Self::new(id, Some(at)) }
    }

    /// Goes on typing where that ended, if the record still takes it.
    pub(super) fn begin_again(&mut self) {
        match self.begun.take() {
            Some(d) if d.signs && self.is(InspectionState::Signing) => self.mode = Mode::Sign(Field::new(d.text)),
            Some(d) if !d.signs && self.open() => self.mode = Mode::Remark(Field::new(d.text), Ready::No),
            _ => {}
        }
    }
}
