//! Making the demo store, once.

use std::sync::Arc;

use super::{Session, SessionError, Settings, demo, open};
use crate::clock;
use crate::crypto::KeySource;
use crate::decide::{self, Who};
use crate::domain::{Actor, Channel, Operator, View};
use crate::error::{Error, Kind};
use crate::rules::{self, Packs, RulesProjector};
use crate::store::{Mode, NewStore, Outcome, Stamp, Store, Work};

impl Session {
    /// Makes the demo store at the settings' path unless there is one already; says whether it was made now. It has its
    /// name when it is complete, so that half a demo is never found.
    ///
    /// # Errors
    /// The file system refuses; a file of another kind is in the way.
    pub fn make_demo(
        settings: &Settings,
        people: Option<u32>,
        seed: Option<u64>,
        progress: &mut dyn FnMut(usize),
    ) -> Result<bool, SessionError> {
        let path = &settings.store;
        if path.exists() {
            let found = crate::store::peek(path)?;
            if found.mode != Mode::Demo {
                return Err(Error::new(Kind::Store, "not_a_demo").with("path", path.display()).into());
            }
            return Ok(false);
        }
        open::make_folder(path)?;
        match fill(settings, people, seed, progress) {
            // Another process was faster.
            Err(SessionError::Error(e)) if e.code == "file_exists" => Ok(false),
            made => made.map(|()| true),
        }
    }
}

fn fill(
    settings: &Settings,
    people: Option<u32>,
    seed: Option<u64>,
    progress: &mut dyn FnMut(usize),
) -> Result<(), SessionError> {
    let packs = rules::embedded();
    let operator = open::owner(settings);
    let new = NewStore::new(Mode::Demo, KeySource::Demo);
    let projector = Arc::new(RulesProjector::new(packs.clone()));
    Store::found(&settings.store, &new, projector, |store| {
        populate(settings, store, &packs, &operator, people, seed, progress)
    })
    .map(drop)
}

/// The invented people, block by block.
fn populate(
    settings: &Settings,
    store: &Store,
    packs: &Packs,
    operator: &Operator,
    people: Option<u32>,
    seed: Option<u64>,
    progress: &mut dyn FnMut(usize),
) -> Result<(), SessionError> {
    let today = demo::today();
    let who = Who::from(operator);
    let mut blocks = demo::commands(people.map_or(demo::PEOPLE, |n| n as usize), seed.unwrap_or(demo::SEED));
    if let Some(first) = blocks.next() {
        open::found(store, packs, std::slice::from_ref(operator), today, "demo", &first)
            .map_err(|e| refused(e, settings))?;
        progress(first.len());
    }
    for block in blocks {
        let actor = Actor { operator: operator.id.clone(), channel: Channel::System };
        let stamp = Stamp { actor, at: clock::stamp(), today, request_id: None, expect_head: None };
        let outcome: Outcome<decide::Refusal> = store.transact(&stamp, |view: &dyn View| {
            let cx = decide::Context { packs, who: &who, today };
            let mut batch = decide::Overlay::new(view);
            for command in &block {
                let decision = decide::decide(&batch, &cx, command)?;
                batch.absorb(decision.changes);
            }
            Ok(Work { verb: "demo".to_owned(), changes: batch.into_changes(), ..Work::default() })
        })?;
        if let Outcome::Refused(refusal) = outcome {
            return Err(refused(refusal.into(), settings));
        }
        progress(block.len());
    }
    Ok(())
}

/// A refusal here is a fault of the demo's files, not of whoever asked for it.
fn refused(e: SessionError, settings: &Settings) -> SessionError {
    match e {
        SessionError::Refused(r) => {
            let texts = crate::i18n::Texts::new(settings.lang);
            let reason = super::answer::sentence(texts, "refusal", r.code, &r.values);
            Error::new(Kind::Store, "demo_refused").with("reason", reason).into()
        }
        SessionError::Error(_) => e,
    }
}
