//! What a form would lose if the program ended now, and the form it becomes again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::State;
use crate::domain::PersonId;
use crate::index::Item;
use crate::screens::Context;
use crate::screens::deed::Deed;
use crate::screens::entries::Takes;
use crate::screens::menu;

/// Text not yet sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    deed: Deed,
    persons: Vec<PersonId>,
    #[serde(default)]
    items: Vec<Item>,
    based_on: Option<u64>,
    /// By name of the field, those that hold something else than they started with.
    values: BTreeMap<String, String>,
    at: String,
}

impl State {
    /// What was typed and is not in the register.
    pub fn draft(&self) -> Option<Draft> {
        if !self.dirty() {
            return None;
        }
        let pairs = self.entries.iter().zip(&self.fields).filter(|(e, f)| f.text() != e.start);
        Some(Draft {
            deed: self.deed,
            persons: self.persons.clone(),
            items: self.items.clone(),
            based_on: self.based_on,
            values: pairs.map(|(e, f)| (e.name.to_owned(), f.text().to_owned())).collect(),
            at: self.entry().map_or_else(String::new, |e| e.name.to_owned()),
        })
    }

    /// The form as it was, with the revision it was filled on: what changed meanwhile is noticed when it is sent.
    pub(in crate::screens) fn of_draft(draft: Draft, when: &str, cx: &Context) -> Self {
        let mut state = Self::new(draft.deed, draft.persons, draft.items, cx);
        for (entry, field) in state.entries.iter().zip(&mut state.fields) {
            let fits = |value: &str| match &entry.takes {
                Takes::OneOf(all) => all.iter().any(|(code, _)| code == value),
                _ => true,
            };
            if let Some(value) = draft.values.get(entry.name).filter(|v| fits(v)) {
                field.set(value.clone());
            }
        }
        state.at = state.entries.iter().position(|e| e.name == draft.at).unwrap_or(0);
        // What was emptied stays empty when the value on record comes.
        for (name, typed) in &mut state.to_come {
            *typed = draft.values.contains_key(*name);
        }
        let of = state.persons.first().and_then(|id| menu::find(*id, cx)).map(|p| p.revision);
        let now = of.or_else(|| state.deed.device().and_then(|id| menu::revision(id, cx)));
        let moved = draft.based_on.is_some() && now != draft.based_on;
        state.based_on = draft.based_on;
        state.restored = Some((when.to_owned(), moved));
        state
    }
}
