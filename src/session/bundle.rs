//! Inspections out to a laptop and back: what the bundle holds, the laptop's own store, the merge.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::evidence::hex;
use super::open::{make_folder, owner, packs};
use super::{Session, SessionError, Settings, secret};
use crate::clock;
use crate::crypto::Cost;
use crate::decide::Refusal;
use crate::domain::inspection::{Carried, Home, Inspection, Spot, Subject, Travels};
use crate::domain::{
    Actor, Change, Channel, Command, Computer, ComputerId, InspectionId, InspectionState, Operator, Packed,
    StoredTemplate, Unit, View,
};
use crate::error::{Error, Kind};
use crate::exchange::{
    BundleHead, BundleRecord, Direction, Expected, NewFile, bundle_suite, new_file, read_bundle, read_most,
    write_bundle,
};
use crate::rules::{self, RulesProjector};
use crate::store::{Mode, NewStore, Outcome, Snapshot, Stamp, Store, Work};

mod merge;

pub use merge::{Decided, MergeAnswer, MergeReport, MergedAnswer};

/// The largest file that is read as a bundle; the reader refuses earlier.
const LARGEST: u64 = 65 << 20;

/// Which inspections travel together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BundleOf {
    /// One.
    Inspection(InspectionId),
    /// Those of a campaign that nobody has signed yet.
    Campaign(String),
}

/// What `bundle out`, `open` and `return` answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BundleAnswer {
    /// The inspection; the first of several.
    pub inspection: InspectionId,
    /// All of them.
    pub inspections: Vec<InspectionId>,
    /// The number of the bundle that went out, of the first.
    pub number: u64,
    /// Counts the laptop's returns; 0 on the way out.
    pub counter: usize,
    /// How many machines it carries.
    pub computers: usize,
    /// How many answers.
    pub answers: usize,
    /// The file written, or the laptop's store.
    pub file: String,
}

fn bad(code: &'static str) -> Error {
    Error::new(Kind::Input, code)
}

fn record<T: Serialize>(kind: &str, id: impl ToString, value: &T) -> Result<BundleRecord, Error> {
    let bytes = serde_json::to_vec(value).map_err(|_| bad("bundle_damaged"))?;
    Ok(BundleRecord { kind: kind.to_owned(), id: id.to_string(), bytes })
}

/// The records of a kind.
fn all<T: DeserializeOwned>(records: &[BundleRecord], kind: &str) -> Result<Vec<T>, Error> {
    let of = records.iter().filter(|r| r.kind == kind);
    of.map(|r| serde_json::from_slice(&r.bytes).map_err(|_| bad("bundle_damaged"))).collect()
}

fn one<T: DeserializeOwned>(records: &[BundleRecord], kind: &str) -> Result<T, Error> {
    let mut found = all(records, kind)?;
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only),
        _ => Err(bad("bundle_damaged")),
    }
}

fn free(path: &Path) -> Result<(), Error> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(bad("file_exists").with("path", path.display()));
    }
    Ok(())
}

/// The machine as it may leave the office: names of custodian and user, no person, no history.
fn stripped(s: &Snapshot, mut c: Computer) -> Result<Computer, SessionError> {
    let name = |id| Ok::<_, SessionError>(s.person(id)?.map(|p| p.name).unwrap_or_default());
    if let Some(id) = c.custodian.take() {
        c.custodian_name = name(id)?;
    }
    if let Some(id) = c.user.take() {
        c.user_name = name(id)?;
    }
    c.custody.clear();
    Ok(Computer { revision: 1, ..c })
}

/// The last signed inspections of the same subjects, cut down to those subjects.
fn history(s: &Snapshot, all: &[Inspection]) -> Result<Vec<Inspection>, SessionError> {
    let others: Vec<Inspection> = s.inspections()?.into_iter().filter(|o| all.iter().all(|i| i.id != o.id)).collect();
    let inspected: BTreeSet<&Subject> = all.iter().flat_map(|i| &i.subjects).collect();
    let mut out: BTreeMap<InspectionId, Inspection> = BTreeMap::new();
    for (i, subject) in all.iter().flat_map(|i| i.subjects.iter().map(move |s| (i, s))) {
        let Some(last) = rules::last_signed(&others, &i.template, subject) else { continue };
        out.entry(last.id).or_insert_with(|| {
            let ours = |spot: &Spot| inspected.contains(&spot.subject);
            let mut cut = last.clone();
            cut.revision = 1;
            cut.subjects.retain(|s| inspected.contains(s));
            cut.answers.retain(|spot, _| ours(spot));
            cut.findings.retain(|spot, _| ours(spot));
            cut.evidence.retain(|key, _| ours(key));
            cut.cursors.clear();
            cut.travels = Travels::default();
            (cut.corrects, cut.corrected_by) = (None, None);
            cut
        });
    }
    Ok(out.into_values().collect())
}

/// The mark of a return: what it brings, after all that was returned before.
fn mark_of(i: &Inspection, home: &Home, before: &[String]) -> Result<String, Error> {
    let content = (&home.origin, before.last(), i.carried(), i.state, i.opened_on, &i.signatures);
    let content = serde_json::to_vec(&content).map_err(|_| bad("bundle_damaged"))?;
    Ok(hex(&Sha256::digest(content)))
}

impl Session {
    /// The store's own mark on what went out.
    fn origin(&self, unit: &str, campaign: &str, number: u64, base: &Carried) -> Result<[u8; 32], Error> {
        let base = serde_json::to_vec(base).map_err(|_| bad("bundle_damaged"))?;
        let keys = self.store.keys("bundle");
        Ok(keys.mac("origin", &[unit.as_bytes(), campaign.as_bytes(), &number.to_be_bytes(), &base]))
    }

    /// The inspections that travel together, all of one unit.
    fn of_bundle(&self, of: &BundleOf) -> Result<Vec<InspectionId>, SessionError> {
        let name = match of {
            BundleOf::Inspection(id) => return Ok(vec![*id]),
            BundleOf::Campaign(name) => name.trim(),
        };
        let mut found = self.read(|s| Ok(s.inspections()?))?;
        let open = |i: &Inspection| matches!(i.state, InspectionState::Planned | InspectionState::Open);
        found.retain(|i| i.campaign == name && open(i) && i.travels.home.is_none());
        let Some(unit) = found.first().map(|i| i.unit) else {
            // Somebody who writes an inspection's id means that one.
            if let Ok(id) = name.parse() {
                return Ok(vec![id]);
            }
            return Err(bad("bundle_campaign_none").with("campaign", name.chars().take(60).collect::<String>()).into());
        };
        if found.iter().any(|i| i.unit != unit) {
            return Err(bad("bundle_campaign_units").into());
        }
        Ok(found.into_iter().map(|i| i.id).collect())
    }

    /// Writes the bundle of one inspection, or of a campaign, for a laptop.
    ///
    /// # Errors
    /// `file_exists`, `bundle_campaign_none`, `bundle_campaign_units`; a refusal (state, persons, rights); what the bundle, the
    /// store or the file system refuses.
    pub fn bundle_out(&self, of: &BundleOf, out: &Path) -> Result<BundleAnswer, SessionError> {
        self.may_read_people()?;
        let out = &*self.settings.outgoing(out)?;
        free(out)?;
        let ids = self.of_bundle(of)?;
        let passphrase = secret::for_bundle(&self.settings)?;
        let sent = |s: &Snapshot, id: &InspectionId| {
            let number = s.inspection(*id)?.map_or(0, |i| i.travels.sent) + 1;
            Ok::<_, SessionError>(Command::SendInspection { inspection: *id, number })
        };
        let numbered: Vec<Command> = self.read(|s| ids.iter().map(|id| sent(s, id)).collect())?;
        for command in &numbered {
            self.would(command)?;
        }
        let (head, records, answer) = self.read(|s| self.packed(s, &ids, out))?;
        // A bundle that cannot be written has not gone out; one the journal does not know of has no name.
        let bytes = write_bundle(&head, &records, &passphrase, Cost::DEFAULT, self.store.suite())?;
        let file = NewFile::write(out, &bytes, self.settings.readers())?;
        self.commit_all(&numbered, Channel::Bundle, None, None).map_err(|(_, e)| e)?;
        file.publish()?;
        Ok(answer)
    }

    /// The records that go out: the unit, the checklists, the machines, the last answers, the inspections.
    fn packed(
        &self,
        s: &Snapshot,
        ids: &[InspectionId],
        out: &Path,
    ) -> Result<(BundleHead, Vec<BundleRecord>, BundleAnswer), SessionError> {
        let first = ids.first().copied().unwrap_or_default();
        let gone = || Error::new(Kind::Store, "store_damaged").with("place", first);
        let all: Vec<Inspection> =
            ids.iter().map(|id| Ok(s.inspection(*id)?.ok_or_else(gone)?)).collect::<Result<_, SessionError>>()?;
        let unit = s.unit(all.first().ok_or_else(gone)?.unit)?.ok_or_else(gone)?;
        let mut records = vec![record("unit", unit.id, &Unit { revision: 1, ..unit.clone() })?];
        for t in s.templates()? {
            if all.iter().any(|i| i.template == t.template && i.version == t.version) {
                records.push(record("template", t.id, &StoredTemplate { revision: 1, ..t })?);
            }
        }
        let machines: BTreeSet<ComputerId> =
            all.iter().flat_map(|i| &i.subjects).filter_map(Subject::computer).collect();
        for id in &machines {
            let computer = stripped(s, s.computer(*id)?.ok_or_else(gone)?)?;
            records.push(record("computer", computer.id, &computer)?);
        }
        for last in history(s, &all)? {
            records.push(record("last", last.id, &last)?);
        }
        let mut answer = BundleAnswer {
            inspection: first,
            inspections: ids.to_vec(),
            number: 0,
            counter: 0,
            computers: machines.len(),
            answers: 0,
            file: out.display().to_string(),
        };
        let mut marks = Vec::new();
        for mut i in all {
            let (base, number) = (i.carried(), i.travels.sent + 1);
            let origin = self.origin(&unit.id.to_string(), &i.id.to_string(), number, &base)?;
            answer.answers += i.answers.len();
            marks.push((number, origin));
            let home = Home { store: self.store.id(), number, origin: origin.to_vec(), base, returns: Vec::new() };
            i.cursors.clear();
            i.travels = Travels { home: Some(home), ..Travels::default() };
            i.revision = 1;
            records.push(record("inspection", i.id, &i)?);
        }
        let (number, origin) = marks.first().copied().ok_or_else(gone)?;
        answer.number = number;
        let (store, unit) = (self.store.id(), unit.id.to_string());
        let head = BundleHead { store, unit, campaign: names(ids), counter: number, direction: Direction::Out, origin };
        Ok((head, records, answer))
    }

    /// Makes a laptop's own store from a bundle.
    ///
    /// # Errors
    /// `file_exists`; why the bundle is refused; what the store refuses. Nothing is left behind then.
    pub fn bundle_open(settings: &Settings, file: &Path) -> Result<BundleAnswer, SessionError> {
        free(&settings.store)?;
        let bytes = read_most(&settings.incoming(file)?, LARGEST)?;
        let expected =
            Expected { store: None, unit: None, campaign: None, direction: Direction::Out, last: 0, origin: None };
        let (head, records) = read_bundle(&bytes, &secret::of_bundle(settings)?, &expected)?;
        let unit: Unit = one(&records, "unit")?;
        let templates: Vec<StoredTemplate> = all(&records, "template")?;
        let inspections: Vec<Inspection> = all(&records, "inspection")?;
        let computers: Vec<Computer> = all(&records, "computer")?;
        let last: Vec<Inspection> = all(&records, "last")?;
        let readable = templates.iter().all(|t| rules::read_template("template", &t.text).is_ok());
        let pinned = |i: &Inspection| templates.iter().any(|t| t.template == i.template && t.version == i.version);
        let whole = inspections.iter().all(|i| i.travels.home.is_some() && pinned(i));
        let ids: Vec<InspectionId> = inspections.iter().map(|i| i.id).collect();
        let Some(first) = ids.first().filter(|_| readable && whole && names(&ids) == head.campaign) else {
            return Err(bad("bundle_damaged").into());
        };
        let answer = BundleAnswer {
            inspection: *first,
            number: head.counter,
            counter: 0,
            computers: computers.len(),
            answers: inspections.iter().map(|i| i.answers.len()).sum(),
            inspections: ids,
            file: settings.store.display().to_string(),
        };
        let mut changes =
            vec![Packed::new(&Change::Unit(Box::new(unit))), Packed::new(&Change::Operator(Box::new(owner(settings))))];
        changes.extend(templates.into_iter().map(|t| Packed::new(&Change::Template(Box::new(t)))));
        changes.extend(computers.into_iter().map(|c| Packed::new(&Change::Computer(Box::new(c)))));
        let inspections = last.into_iter().chain(inspections);
        changes.extend(inspections.map(|i| Packed::new(&Change::Inspection(Box::new(i)))));
        let packs = packs(settings).map_err(|mut many| many.pop().unwrap_or_else(|| bad("packs_unreadable")))?;
        make_folder(&settings.store)?;
        let secret = secret::new_passphrase(settings)?;
        let new = NewStore { suite: bundle_suite(&bytes)?, ..NewStore::new(Mode::Personal, secret) };
        fill(settings, &new, packs, changes)?;
        Ok(answer)
    }

    /// Writes what a laptop brings back: one inspection, or all that came in a bundle.
    ///
    /// # Errors
    /// `bundle_no_inspection` when nothing here came in a bundle; what the bundle or the file system refuses.
    pub fn bundle_return(&self, id: Option<InspectionId>, out: &Path) -> Result<BundleAnswer, SessionError> {
        self.may_read_people()?;
        let out = &*self.settings.outgoing(out)?;
        free(out)?;
        let passphrase = secret::for_bundle(&self.settings)?;
        let mut found = self.read(|s| Ok(s.inspections()?))?;
        found.retain(|i| i.travels.home.is_some() && id.is_none_or(|id| i.id == id));
        // Marked before it is written: what is handed over is never unknown to the laptop itself.
        let marks: Vec<Command> = found.iter_mut().filter_map(|i| marked(i).transpose()).collect::<Result<_, _>>()?;
        if !marks.is_empty() {
            self.commit_all(&marks, Channel::Bundle, None, None).map_err(|(_, e)| e)?;
        }
        let Some((first, home)) = found.first().and_then(|i| Some((i, i.travels.home.as_ref()?))) else {
            return Err(bad("bundle_no_inspection").into());
        };
        let (ids, counter) = (found.iter().map(|i| i.id).collect::<Vec<_>>(), home.returns.len());
        let head = BundleHead {
            store: home.store,
            unit: first.unit.to_string(),
            campaign: names(&ids),
            counter: counter as u64,
            direction: Direction::Return,
            origin: home.origin.clone().try_into().map_err(|_| bad("bundle_damaged"))?,
        };
        let answer = BundleAnswer {
            inspection: first.id,
            number: home.number,
            counter,
            computers: found
                .iter()
                .flat_map(|i| &i.subjects)
                .filter_map(Subject::computer)
                .collect::<BTreeSet<_>>()
                .len(),
            answers: found.iter().map(|i| i.answers.len()).sum(),
            file: out.display().to_string(),
            inspections: ids,
        };
        let records = found.iter().map(|i| record("inspection", i.id, i)).collect::<Result<Vec<_>, _>>()?;
        let bytes = write_bundle(&head, &records, &passphrase, Cost::DEFAULT, self.store.suite())?;
        new_file(out, &bytes, self.settings.readers())?;
        Ok(answer)
    }
}

/// Puts the mark of the next return on an inspection, unless nothing has changed since the last one.
fn marked(i: &mut Inspection) -> Result<Option<Command>, Error> {
    let Some(home) = &i.travels.home else { return Ok(None) };
    if let Some((last, before)) = home.returns.split_last()
        && *last == mark_of(i, home, before)?
    {
        return Ok(None);
    }
    let mark = mark_of(i, home, &home.returns)?;
    if let Some(home) = &mut i.travels.home {
        home.returns.push(mark.clone());
    }
    Ok(Some(Command::ReturnInspection { inspection: i.id, mark }))
}

/// The inspections of a bundle, as its header names them.
fn names(ids: &[InspectionId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Makes the laptop's store.
fn fill(settings: &Settings, new: &NewStore, packs: rules::Packs, changes: Vec<Packed>) -> Result<(), SessionError> {
    let operator = owner(settings);
    let projector = Arc::new(RulesProjector::new(packs));
    Store::found(&settings.store, new, projector, |store| filled(store, settings, operator, changes)).map(drop)
}

fn filled(store: &Store, settings: &Settings, operator: Operator, changes: Vec<Packed>) -> Result<(), SessionError> {
    let stamp = Stamp {
        actor: Actor { operator: operator.id, channel: Channel::Bundle },
        at: clock::stamp(),
        today: settings.today.unwrap_or_else(clock::today),
        request_id: None,
        expect_head: Some(0),
    };
    let work = Work { verb: "init".to_owned(), changes, numbered_elsewhere: true, ..Work::default() };
    match store.transact(&stamp, |_: &dyn View| Ok::<_, Refusal>(work))? {
        Outcome::Refused(refusal) => Err(SessionError::Refused(Box::new(refusal))),
        Outcome::Committed(_) | Outcome::Replayed(_) => Ok(()),
    }
}
