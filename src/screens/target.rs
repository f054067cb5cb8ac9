//! Where a screen, a filter or a card is to be opened.

use super::ScreenId;
pub use super::meeting::Month;
use crate::domain::{InspectionId, PersonId, RecordId};
use crate::index::{Part, View};

/// Where to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Which screen.
    pub screen: ScreenId,
    /// The filter a list starts with; `None` keeps the one it had.
    pub query: Option<String>,
    /// Which list of a screen that has several.
    pub view: Option<View>,
    /// The finding of an inspection, by its number; a checklist opens at its item.
    pub finding: Option<u32>,
    /// The person of a card.
    pub person: Option<PersonId>,
    /// The request or case of that person.
    pub part: Option<Part>,
    /// The month a question is asked for.
    pub month: Option<Month>,
    /// The computer or medium of a card.
    pub device: Option<RecordId>,
    /// The inspection of a checklist.
    pub inspection: Option<InspectionId>,
    /// Whether the filter line has the focus at once.
    pub typing: bool,
    /// Whether the card opens with the explanation of the governing date.
    pub explain: bool,
}

impl Target {
    /// A screen as it was left.
    pub const fn screen(screen: ScreenId) -> Self {
        Self {
            screen,
            query: None,
            view: None,
            finding: None,
            person: None,
            part: None,
            month: None,
            device: None,
            inspection: None,
            typing: false,
            explain: false,
        }
    }

    /// A list with a filter already in place.
    pub fn filtered(screen: ScreenId, query: impl Into<String>) -> Self {
        Self { query: Some(query.into()), ..Self::screen(screen) }
    }

    /// One of the lists of a screen, with a filter already in place.
    pub fn viewed(screen: ScreenId, view: View, query: impl Into<String>) -> Self {
        Self { view: Some(view), ..Self::filtered(screen, query) }
    }

    /// The card of a finding.
    pub fn finding(inspection: InspectionId, n: u32) -> Self {
        Self { inspection: Some(inspection), finding: Some(n), ..Self::screen(ScreenId::Finding) }
    }

    /// An inspection's checklist.
    pub fn inspection(inspection: InspectionId) -> Self {
        Self { inspection: Some(inspection), ..Self::screen(ScreenId::Checklist) }
    }

    /// The card of a computer or medium.
    pub fn device(device: RecordId) -> Self {
        Self { device: Some(device), ..Self::screen(ScreenId::Device) }
    }

    /// The card of a case.
    pub fn case(person: PersonId, part: Part) -> Self {
        Self { person: Some(person), part: Some(part), ..Self::screen(ScreenId::Case) }
    }

    /// The projector: a person with what a request or case asks, or with a question for a month.
    pub fn projector(person: PersonId, part: Option<Part>, month: Option<Month>) -> Self {
        Self { person: Some(person), part, month, ..Self::screen(ScreenId::Projector) }
    }

    /// A person's card.
    pub fn person(person: PersonId) -> Self {
        Self { person: Some(person), ..Self::screen(ScreenId::Person) }
    }
}
