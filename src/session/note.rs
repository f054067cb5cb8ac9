//! What stands in the journal although it changes nothing: whose numbers somebody looked at, what was taken out, what was
//! refused at the door.

use std::path::Path;
use std::sync::atomic::Ordering;

use super::{Session, SessionError};
use crate::clock;
use crate::decide::{Reading, Refusal, Who, may_read};
use crate::domain::numbers::Numbers;
use crate::domain::{Channel, IdentityNumber, PersonId, View, says_something};
use crate::error::{Error, Kind};
use crate::store::{Entry, Mode, Note, Outcome, Work};
use crate::text::{clean, mask_numbers};

/// The longest reason, in characters.
const REASON: usize = 200;
/// The verb of a command that came with a key that opens the screens alone.
const REFUSED: &str = "remote_command_refused";
/// So many refused commands of one operator are written down in a day, among the newest entries.
const FLOOD: usize = 20;
/// The entries among which they are counted.
const AMONG: u64 = 400;

impl Session {
    /// The whole numbers of a person, for a reason. The entry that says who looked at whose is on disk before anything
    /// is shown.
    ///
    /// # Errors
    /// The rights do not cover it; `reason_missing`, `reason_long`; `no_such_record`; `no_numbers`; the store cannot be
    /// written.
    pub fn reveal(&self, id: PersonId, reason: &str, channel: Channel) -> Result<Numbers, SessionError> {
        self.may_read(Reading::Numbers)?;
        let reason = given(reason)?;
        let person = self
            .read(|s| s.person(id)?.ok_or_else(|| Error::new(Kind::Refused, "no_such_record").with("id", id).into()))?;
        let identity = person.identity.as_ref().map(|i: &IdentityNumber| i.reveal().to_owned());
        let there = [("identity", identity.is_some()), ("phone", person.phone.is_some())];
        let fields: Vec<String> = there.into_iter().filter(|(_, there)| *there).map(|(f, _)| f.to_owned()).collect();
        if fields.is_empty() {
            return Err(Error::new(Kind::Refused, "no_numbers").with("id", id).into());
        }
        let note = Note { records: vec![id.into()], fields, rows: None, reason };
        // The rights were looked at in a state that may be older by now.
        self.write_down("reveal_numbers", channel, note, |who| {
            let may = may_read(&who.roles, Reading::Numbers);
            if may { Ok(()) } else { Err(Refusal::permission("not_permitted").with("verb", "reveal_numbers")) }
        })?;
        Ok(Numbers { person: id, name: person.name, identity, phone: person.phone })
    }

    /// Writes down that this session reads the journal: once, on a host, where it can be written at all. A full disk keeps
    /// nobody from reading.
    ///
    /// # Errors
    /// The operator may not be here any more; the store.
    pub fn reads_journal(&self, channel: Channel) -> Result<(), SessionError> {
        if self.mode() != Mode::Host || self.read_only() || self.own.reading.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        match self.write_down("read_journal", channel, Note::default(), |_| Ok(())) {
            Err(SessionError::Error(e)) if e.kind == Kind::Store => Ok(()),
            done => done.map(drop),
        }
    }

    /// Writes down that a command came with a key that opens the screens alone: what it was is sealed with the entry.
    ///
    /// # Errors
    /// The operator may not be here any more; the store cannot be written.
    pub fn remote_command_refused(&self, asked: &str) -> Result<(), SessionError> {
        if self.mode() != Mode::Host {
            return Ok(());
        }
        if self.sends_nothing_else()? {
            return Ok(());
        }
        let asked: String = clean(asked).chars().take(REASON).collect();
        let note = Note { reason: mask_numbers(&asked).into_owned(), ..Note::default() };
        self.write_down(REFUSED, Channel::System, note, |_| Ok(())).map(drop)
    }

    /// Whether many of the newest entries are refused commands of this operator: more of them say nothing new, and fill the
    /// disk.
    fn sends_nothing_else(&self) -> Result<bool, SessionError> {
        let operator = self.operator().id.clone();
        let newest = self.store.read(|s| {
            let head = s.head().seq;
            s.journal(head.saturating_sub(AMONG - 1).max(1), head)
        })?;
        // The next day it is news again.
        let today: String = clock::stamp().chars().take(10).collect();
        let refused =
            |e: &Entry| e.public.verb == REFUSED && e.public.operator == operator && e.public.at.starts_with(&today);
        Ok(newest.iter().filter(|e| refused(e)).count() >= FLOOD)
    }

    /// The entry of something that is taken out: `None` where somebody alone with his register can only read it.
    ///
    /// # Errors
    /// On a host nothing goes out without its entry.
    pub(super) fn takes_out(&self, verb: &str, note: Note) -> Result<Option<u64>, SessionError> {
        if self.read_only() && self.mode() != Mode::Host {
            return Ok(None);
        }
        self.write_down(verb, Channel::Cli, note, |_| Ok(())).map(Some)
    }

    /// An entry that changes no record, by somebody who is still allowed to; returns its number.
    pub(super) fn write_down(
        &self,
        verb: &str,
        channel: Channel,
        note: Note,
        allowed: impl FnOnce(&Who) -> Result<(), Refusal>,
    ) -> Result<u64, SessionError> {
        let outcome = self.store.transact(&self.stamp(channel, None), |view: &dyn View| {
            allowed(&self.who(view)?)?;
            Ok(Work { verb: verb.to_owned(), note, ..Work::default() })
        })?;
        match outcome {
            Outcome::Refused(refusal) => Err(SessionError::Refused(Box::new(refusal))),
            Outcome::Committed(done) => Ok(done.seq),
            Outcome::Replayed(first) => Ok(first.seq),
        }
    }
}

/// What is said of an entry in one line.
pub(super) fn together(parts: &[&str]) -> String {
    parts.iter().filter(|t| !t.is_empty()).copied().collect::<Vec<_>>().join(" | ")
}

/// The file something goes out to, as it is kept.
pub(super) fn file_of(path: &Path) -> String {
    mask_numbers(&clean(&path.to_string_lossy())).into_owned()
}

/// A reason as it is kept: something was said, in one line, without long numbers.
pub(super) fn given(reason: &str) -> Result<String, Error> {
    let reason = mask_numbers(reason.trim()).into_owned();
    let length = reason.chars().count();
    if !says_something(&reason) {
        return Err(Error::new(Kind::Input, "reason_missing"));
    }
    if length > REASON {
        return Err(Error::new(Kind::Input, "reason_long").with("length", length).with("most", REASON));
    }
    Ok(reason)
}
