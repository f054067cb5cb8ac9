//! The session as the driver uses it: an index kept in memory and brought up to date record by record.

use std::sync::{Arc, Mutex, PoisonError};

use super::register::{LastDraft, Register, Snapshot};
use crate::domain::{Channel, Command, Date, InspectionId, Operator, PersonId, RecordId, RecordKind};
use crate::error::Error;
use crate::index::Index;
use crate::rules::Sheet;
use crate::rules::answer::{Question, Verdict};
use crate::screens::{Card, Got, Read, StoreState, usual_questions};
use crate::session::{Done, Kept, Mode, Session, SessionError};

/// With more changed records than this, reading everything anew is as fast.
const MANY: usize = 2000;
/// A register of so many records is read whole before the first frame.
const AT_ONCE: u64 = 2000;

/// A session with its index.
pub struct Live {
    session: Session,
    seen: Mutex<Option<Seen>>,
    /// Segments that were worked out because what is stored of them no longer holds.
    stale: Mutex<Vec<u32>>,
    /// Whether the last draft has been written; held while one is, so that an older one never comes after it.
    left: Mutex<bool>,
}

/// The index and the journal's sequence number it stands for.
#[derive(Clone)]
struct Seen {
    head: u64,
    index: Arc<Index>,
    /// Whose rights chose what is in it.
    operator: Arc<Operator>,
}

impl Live {
    /// Nothing is read yet.
    pub const fn new(session: Session) -> Self {
        Self { session, seen: Mutex::new(None), stale: Mutex::new(Vec::new()), left: Mutex::new(false) }
    }

    /// Reads everything; `told` hears now and then how many people are read.
    fn load(&self, told: &mut dyn FnMut(u64)) -> Result<Seen, SessionError> {
        let today = self.session.today();
        // Administrators see no personal data: their lists are empty.
        let people = self.session.may_read_people().is_ok();
        self.session.read(|s| {
            let index = if people { self.session.index_of(s, today, told)? } else { Index::new(today) };
            *self.stale.lock().unwrap_or_else(PoisonError::into_inner) = s.stale();
            Ok(Seen { head: s.head().seq, index: Arc::new(index), operator: self.session.operator() })
        })
    }

    /// The first people of a register that takes long to read, and how many they are all told.
    fn glance(&self) -> Result<Option<(Seen, u64)>, SessionError> {
        if self.session.may_read_people().is_err() {
            return Ok(None);
        }
        let today = self.session.today();
        self.session.read(|s| {
            let counts = s.counts();
            if counts.people + counts.computers + counts.media + counts.inspections <= AT_ONCE {
                return Ok(None);
            }
            let mut index = Index::new(today);
            index.show_at_most(self.session.most_rows());
            s.each_of_segment(0, today, &mut |person, _| index.put_person(&person))?;
            let seen = Seen { head: s.head().seq, index: Arc::new(index), operator: self.session.operator() };
            Ok(Some((seen, counts.people)))
        })
    }

    /// Reads what changed since `seen`.
    fn catch_up(&self, seen: &Seen) -> Result<Seen, SessionError> {
        let today = self.session.today();
        let blind = self.session.may_read_people().is_err();
        let operator = self.session.operator();
        if seen.index.today() != today || blind || !same_rights(&operator, &seen.operator) {
            return self.load(&mut |_| ());
        }
        let caught_up = self.session.read(|s| {
            let head = s.head().seq;
            let Some(changed) = changed(s.journal(seen.head + 1, head)?.iter().flat_map(|e| &e.public.records)) else {
                return Ok(None);
            };
            let mut index = Index::clone(&seen.index);
            for id in changed.people {
                match s.person_summary(id, today)? {
                    Some(person) => index.put_person(&person),
                    None => index.remove(id.into()),
                }
            }
            if changed.devices {
                s.computers()?.into_iter().for_each(|c| index.put_computer(c));
                s.media()?.into_iter().for_each(|m| index.put_medium(m));
            }
            if changed.devices || !changed.inspections.is_empty() {
                self.session.put_inspections(s, &mut index, Some(&changed.inspections))?;
            }
            Ok(Some(Seen { head, index: Arc::new(index), operator }))
        })?;
        caught_up.map_or_else(|| self.load(&mut |_| ()), Ok)
    }

    /// The newest state, as far as it has to be read.
    fn newest(&self, told: &mut dyn FnMut(u64)) -> Result<Seen, SessionError> {
        // A fault in another thread leaves the index as it was, which is still right for its head.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = match &*seen {
            None => self.load(told)?,
            Some(old) if old.head == self.session.head()? && old.index.today() == self.session.today() => old.clone(),
            Some(old) => self.catch_up(old)?,
        };
        *seen = Some(newest.clone());
        Ok(newest)
    }

    /// All that the screens read, around an index.
    fn around(&self, seen: Seen) -> Result<Snapshot, SessionError> {
        let units = self.session.units()?;
        let choices = units.iter().flat_map(|unit| {
            let mut choices = self.session.choices(unit);
            seen.index.mark_owed(unit.id, &mut choices);
            choices
        });
        let choices = choices.collect();
        let store = match (self.session.read_only(), self.session.mode()) {
            (true, _) => StoreState::ReadOnly,
            (false, Mode::Demo) => StoreState::Demo,
            (false, _) => StoreState::Saved,
        };
        Ok(Snapshot {
            head: seen.head,
            index: seen.index,
            packs: self.session.packs().clone(),
            units,
            choices,
            // Whoever may not see them gets none.
            accounts: self.session.operators().unwrap_or_default(),
            operator: Operator::clone(&self.session.operator()),
            store,
        })
    }
}

/// Whether the same records are to be seen.
fn same_rights(a: &Operator, b: &Operator) -> bool {
    (&a.roles, &a.units, &a.departments) == (&b.roles, &b.units, &b.departments)
}

/// What journal entries changed, as far as lists show it.
#[derive(Default)]
struct Changed {
    people: Vec<PersonId>,
    devices: bool,
    inspections: Vec<InspectionId>,
}

/// `None` when everything is to be read anew: a unit's choices change everybody, and many records are no change to
/// follow one by one.
fn changed<'a>(records: impl Iterator<Item = &'a RecordId>) -> Option<Changed> {
    let mut changed = Changed::default();
    for record in records {
        match record.kind {
            RecordKind::Person => changed.people.push(PersonId(record.number)),
            RecordKind::Computer | RecordKind::Medium | RecordKind::Template => changed.devices = true,
            RecordKind::Unit => return None,
            RecordKind::Inspection => changed.inspections.push(InspectionId(record.number)),
            RecordKind::Department | RecordKind::Operator => {}
        }
    }
    changed.people.sort_unstable();
    changed.people.dedup();
    changed.inspections.sort_unstable();
    changed.inspections.dedup();
    (changed.people.len() <= MANY).then_some(changed)
}

/// A failure as the screens show it.
fn plain(error: SessionError) -> Error {
    match error {
        SessionError::Error(error) => error,
        // Reading is never refused by a rule.
        SessionError::Refused(_) => Error::new(crate::error::Kind::Permission, "read_denied"),
    }
}

impl Register for Live {
    fn snapshot(&self) -> Result<Snapshot, Error> {
        self.rest(&mut |_| ())
    }

    fn first(&self) -> Result<Snapshot, Error> {
        let Some((seen, all)) = self.glance().map_err(plain)? else { return self.snapshot() };
        let loaded = seen.index.people().len() as u64;
        let store = StoreState::Loading { loaded, all };
        Ok(Snapshot { store, ..self.around(seen).map_err(plain)? })
    }

    fn rest(&self, told: &mut dyn FnMut(u64)) -> Result<Snapshot, Error> {
        self.newest(told).and_then(|seen| self.around(seen)).map_err(plain)
    }

    fn poll(&self, head: u64) -> Result<Option<Snapshot>, Error> {
        if self.session.head().map_err(plain)? == head { Ok(None) } else { self.snapshot().map(Some) }
    }

    fn card(&self, person: PersonId, today: Date) -> Result<Card, Error> {
        let card = self.session.card(person, today, &usual_questions()).map_err(plain)?;
        let crate::session::Card { person, unit, standing, verdicts, chains, held, history, .. } = card;
        Ok(Card { person, unit, standing, verdicts, chains, held, history })
    }

    fn answer(&self, person: PersonId, question: Question, on: Date) -> Result<Verdict, Error> {
        self.session.check(person, question, on).map_err(plain)
    }

    fn sheet(&self, id: InspectionId) -> Result<Sheet, Error> {
        self.session.sheet(id).map_err(plain)
    }

    fn read(&self, read: &Read) -> Result<Got, Error> {
        let got = match read {
            Read::Journal(ask) => {
                self.session.reads_journal(Channel::Screen).map_err(plain)?;
                let seen = self.newest(&mut |_| ()).map_err(plain)?;
                self.session.journal_page(&seen.index, ask).map(Got::Journal)
            }
            Read::Numbers(person, reason) => self.session.reveal(*person, reason, Channel::Screen).map(Got::Numbers),
            Read::Device(id) => self.session.device_card(*id).map(|c| Got::Device(Box::new(c))),
            Read::Entry(seq) => self.session.journal_entry(*seq).map(|e| Got::Entry(Box::new(e))),
            Read::Chain { from, of } => self.session.journal_follow(*from, *of).map(Got::Chain),
        };
        got.map_err(plain)
    }

    fn commit(&self, command: Command, seen: Option<(PersonId, u64)>) -> Result<Done, SessionError> {
        self.session.commit_on(&command, Channel::Screen, seen)
    }

    fn keep(&self, kept: Kept, text: Option<&str>) -> Result<(), Error> {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if *left && kept == Kept::Draft { Ok(()) } else { self.session.keep(kept, text) }
    }

    fn kept(&self, kept: Kept) -> Result<Option<String>, Error> {
        self.session.kept(kept)
    }

    fn tidy(&self) {
        let stale = std::mem::take(&mut *self.stale.lock().unwrap_or_else(PoisonError::into_inner));
        self.session.refresh(&stale, &|| !*self.left.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn leave(&self, draft: LastDraft) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = true;
        // Nobody is left to be told of a failure.
        let _ = match draft {
            LastDraft::Untouched => Ok(()),
            LastDraft::Gone => self.session.keep(Kept::Draft, None),
            LastDraft::Text(text) => self.session.keep(Kept::Draft, Some(text)),
        };
    }
}
