//! Inspections out to a laptop and back: what the bundle holds, the laptop's own store, the merge.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::open::{first_operator, make_folder, packs};
use super::{Session, SessionError, Settings, secret};
use crate::clock;
use crate::crypto::Cost;
use crate::decide::{Refusal, Warning};
use crate::domain::command::{MergeInspection, Take};
use crate::domain::inspection::{Answer, Carried, Home, Inspection, Spot, Subject, Travels};
use crate::domain::{
    Actor, Change, Channel, Command, Computer, ComputerId, InspectionId, InspectionState, Packed, Role, StoredTemplate,
    Unit, View,
};
use crate::error::{Error, Kind};
use crate::exchange::{
    BundleHead, BundleRecord, Direction, Expected, new_file, peek_bundle, read_bundle, write_bundle,
};
use crate::rules::{self, Conflict, Merged, RulesProjector};
use crate::store::{Mode, NewStore, Outcome, Snapshot, Stamp, Store, Work};

/// The largest file that is read as a bundle; the reader refuses earlier.
const LARGEST: u64 = 65 << 20;

/// What `bundle out`, `open` and `return` answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct BundleAnswer {
    /// The inspection.
    pub inspection: InspectionId,
    /// The number of the bundle that went out.
    pub number: u64,
    /// Counts its returns; 0 on the way out.
    pub counter: u64,
    /// How many machines it carries.
    pub computers: usize,
    /// How many answers.
    pub answers: usize,
    /// The file written, or the laptop's store.
    pub file: String,
}

/// What `bundle merge` answers.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MergeAnswer {
    /// The inspection.
    pub inspection: InspectionId,
    /// The number of the bundle that went out.
    pub number: u64,
    /// Counts its returns.
    pub counter: u64,
    /// Nothing was to be written.
    pub dry_run: bool,
    /// This return has been taken in already; nothing is changed.
    pub repeated: bool,
    /// The merge is in the register.
    pub merged: bool,
    /// Answers that change.
    pub changed: Vec<MergedAnswer>,
    /// What both sides changed and nobody has decided.
    pub conflicts: Vec<Conflict>,
    /// Where it stands afterwards.
    pub state: InspectionState,
    /// What deserves a look.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub warnings: Vec<Warning>,
}

/// One answer before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct MergedAnswer {
    /// Where.
    pub spot: Spot,
    /// Before.
    pub before: Option<Answer>,
    /// Afterwards.
    pub after: Option<Answer>,
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

fn load(path: &Path) -> Result<Vec<u8>, Error> {
    let fail = |e: std::io::Error| bad("file_unreadable").with("path", path.display()).with("reason", e);
    let mut bytes = Vec::new();
    File::open(path).map_err(fail)?.take(LARGEST).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
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
fn history(s: &Snapshot, i: &Inspection) -> Result<Vec<Inspection>, SessionError> {
    let others: Vec<Inspection> = s.inspections()?.into_iter().filter(|o| o.id != i.id).collect();
    let mut out: BTreeMap<InspectionId, Inspection> = BTreeMap::new();
    for subject in &i.subjects {
        let Some(last) = rules::last_signed(&others, &i.template, subject) else { continue };
        out.entry(last.id).or_insert_with(|| {
            let ours = |spot: &Spot| i.subjects.contains(&spot.subject);
            let mut cut = last.clone();
            cut.revision = 1;
            cut.subjects.retain(|s| i.subjects.contains(s));
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

fn carried(i: &Inspection) -> Carried {
    Carried { answers: i.answers.clone(), findings: i.findings.clone(), evidence: i.evidence.clone() }
}

impl Session {
    /// The store's own mark on what went out.
    fn origin(&self, unit: &str, campaign: &str, number: u64, base: &Carried) -> Result<[u8; 32], Error> {
        let base = serde_json::to_vec(base).map_err(|_| bad("bundle_damaged"))?;
        let keys = self.store.keys("bundle");
        Ok(keys.mac("origin", &[unit.as_bytes(), campaign.as_bytes(), &number.to_be_bytes(), &base]))
    }

    /// Writes the bundle of an inspection for a laptop.
    ///
    /// # Errors
    /// `file_exists`; a refusal (state, persons, rights); what the bundle, the store or the file system refuses.
    pub fn bundle_out(&self, id: InspectionId, out: &Path) -> Result<BundleAnswer, SessionError> {
        self.may_read_people()?;
        free(out)?;
        let passphrase = secret::for_bundle(&self.settings)?;
        self.commit(&Command::SendInspection { inspection: id }, Channel::Bundle)?;
        let (head, records, answer) = self.read(|s| {
            let gone = || Error::new(Kind::Store, "store_damaged").with("place", id);
            let mut i = s.inspection(id)?.ok_or_else(gone)?;
            let (base, number) = (carried(&i), i.travels.sent);
            let unit = s.unit(i.unit)?.ok_or_else(gone)?;
            let campaign = id.to_string();
            let origin = self.origin(&unit.id.to_string(), &campaign, number, &base)?;
            let template = s.templates()?.into_iter().find(|t| t.template == i.template && t.version == i.version);
            let mut records = vec![
                record("unit", unit.id, &Unit { revision: 1, ..unit.clone() })?,
                record("template", id, &StoredTemplate { revision: 1, ..template.ok_or_else(gone)? })?,
            ];
            let ids: Vec<ComputerId> = i.subjects.iter().filter_map(Subject::computer).collect();
            for computer in &ids {
                let computer = stripped(s, s.computer(*computer)?.ok_or_else(gone)?)?;
                records.push(record("computer", computer.id, &computer)?);
            }
            for last in history(s, &i)? {
                records.push(record("last", last.id, &last)?);
            }
            let home = Home { store: self.store.id(), number, origin: origin.to_vec(), base };
            i.cursors.clear();
            i.travels = Travels { home: Some(home), ..Travels::default() };
            i.revision = 1;
            records.push(record("inspection", id, &i)?);
            let head = BundleHead {
                store: self.store.id(),
                unit: unit.id.to_string(),
                campaign,
                counter: number,
                direction: Direction::Out,
                origin,
            };
            let file = out.display().to_string();
            let (computers, answers) = (ids.len(), i.answers.len());
            Ok((head, records, BundleAnswer { inspection: id, number, counter: 0, computers, answers, file }))
        })?;
        new_file(out, &write_bundle(&head, &records, &passphrase, Cost::DEFAULT)?)?;
        Ok(answer)
    }

    /// Makes a laptop's own store from a bundle.
    ///
    /// # Errors
    /// `file_exists`; why the bundle is refused; what the store refuses. Nothing is left behind then.
    pub fn bundle_open(settings: &Settings, file: &Path) -> Result<BundleAnswer, SessionError> {
        free(&settings.store)?;
        let bytes = load(file)?;
        let expected =
            Expected { store: None, unit: None, campaign: None, direction: Direction::Out, last: 0, origin: None };
        let (head, records) = read_bundle(&bytes, &secret::of_bundle(settings)?, &expected)?;
        let unit: Unit = one(&records, "unit")?;
        let template: StoredTemplate = one(&records, "template")?;
        let inspection: Inspection = one(&records, "inspection")?;
        let computers: Vec<Computer> = all(&records, "computer")?;
        let last: Vec<Inspection> = all(&records, "last")?;
        let readable = rules::read_template("template", &template.text).is_ok();
        if !readable || inspection.travels.home.is_none() || inspection.id.to_string() != head.campaign {
            return Err(bad("bundle_damaged").into());
        }
        let answer = BundleAnswer {
            inspection: inspection.id,
            number: head.counter,
            counter: 0,
            computers: computers.len(),
            answers: inspection.answers.len(),
            file: settings.store.display().to_string(),
        };
        let mut changes = vec![
            Packed::new(&Change::Unit(Box::new(unit))),
            Packed::new(&Change::Template(Box::new(template))),
            Packed::new(&Change::Operator(Box::new(first_operator(settings, vec![Role::Owner])))),
        ];
        changes.extend(computers.into_iter().map(|c| Packed::new(&Change::Computer(Box::new(c)))));
        let inspections = last.into_iter().chain(std::iter::once(inspection));
        changes.extend(inspections.map(|i| Packed::new(&Change::Inspection(Box::new(i)))));
        let packs = packs(settings).map_err(|mut many| many.pop().unwrap_or_else(|| bad("packs_unreadable")))?;
        make_folder(&settings.store)?;
        let new = NewStore::new(Mode::Personal, secret::new_passphrase(settings)?);
        let made = fill(settings, &new, packs, changes);
        if made.is_err() {
            let _ = std::fs::remove_file(&settings.store);
        }
        made.map(|()| answer)
    }

    /// Writes what a laptop brings back.
    ///
    /// # Errors
    /// `bundle_no_inspection` when nothing here came in a bundle; what the bundle or the file system refuses.
    pub fn bundle_return(&self, id: Option<InspectionId>, out: &Path) -> Result<BundleAnswer, SessionError> {
        self.may_read_people()?;
        free(out)?;
        let mut found = self.read(|s| Ok(s.inspections()?))?;
        found.retain(|i| i.travels.home.is_some() && id.is_none_or(|id| i.id == id));
        let Some(i) = found.pop() else { return Err(bad("bundle_no_inspection").into()) };
        let Some(home) = &i.travels.home else { return Err(bad("bundle_no_inspection").into()) };
        let origin: [u8; 32] = home.origin.clone().try_into().map_err(|_| bad("bundle_damaged"))?;
        let head = BundleHead {
            store: home.store,
            unit: i.unit.to_string(),
            campaign: i.id.to_string(),
            counter: i.revision,
            direction: Direction::Return,
            origin,
        };
        let passphrase = secret::for_bundle(&self.settings)?;
        let records = [record("inspection", i.id, &i)?];
        new_file(out, &write_bundle(&head, &records, &passphrase, Cost::DEFAULT)?)?;
        Ok(BundleAnswer {
            inspection: i.id,
            number: home.number,
            counter: i.revision,
            computers: i.subjects.iter().filter(|s| s.computer().is_some()).count(),
            answers: i.answers.len(),
            file: out.display().to_string(),
        })
    }

    /// Merges what a laptop brought back; with an undecided conflict, or when only to be shown, nothing is written.
    /// `take` decides a spot, `for_all` every other one.
    ///
    /// # Errors
    /// Why the bundle is refused; `merge_take_unknown`; a refusal of the merge; the store's.
    pub fn bundle_merge(
        &self,
        file: &Path,
        take: &BTreeMap<Spot, Take>,
        for_all: Option<Take>,
        dry_run: bool,
    ) -> Result<MergeAnswer, SessionError> {
        self.may_read_people()?;
        let bytes = load(file)?;
        let head = peek_bundle(&bytes)?;
        let passphrase = secret::of_bundle(&self.settings)?;
        // Unknown here is as good as foreign.
        let id: InspectionId = head.campaign.parse().map_err(|_| bad("bundle_other_campaign"))?;
        let expected = Expected {
            store: Some(self.store.id()),
            unit: Some(head.unit.clone()),
            campaign: Some(head.campaign.clone()),
            direction: Direction::Return,
            last: 0,
            origin: None,
        };
        let (head, records) = read_bundle(&bytes, &passphrase, &expected)?;
        let laptop: Inspection = one(&records, "inspection")?;
        let Some(host) = self.read(|s| Ok(s.inspection(id)?))? else { return Err(bad("bundle_other_campaign").into()) };
        let same = laptop.id == id && (&laptop.template, &laptop.version) == (&host.template, &host.version);
        if !same {
            return Err(bad("bundle_other_campaign").into());
        }
        if head.unit != host.unit.to_string() {
            return Err(bad("bundle_other_unit").into());
        }
        let home = laptop.travels.home.as_ref().ok_or_else(|| bad("bundle_damaged"))?;
        if self.origin(&head.unit, &head.campaign, home.number, &home.base)? != head.origin {
            return Err(bad("bundle_forged").into());
        }
        let last = host.travels.returned.get(&home.number).copied().unwrap_or(0);
        if head.counter < last {
            return Err(bad("bundle_superseded").with("found", head.counter).with("last", last).into());
        }
        let mut answer = MergeAnswer {
            inspection: id,
            number: home.number,
            counter: head.counter,
            dry_run,
            repeated: head.counter == last,
            merged: false,
            changed: Vec::new(),
            conflicts: Vec::new(),
            state: host.state,
            warnings: Vec::new(),
        };
        if answer.repeated {
            return Ok(answer);
        }
        let (ours, theirs) = (carried(&host), carried(&laptop));
        let take = self.decided((&home.base, &ours, &theirs), home.number, take, for_all)?;
        let merged = self.merged((&home.base, &ours, &theirs), home.number, &take);
        answer.changed = merged
            .changed
            .iter()
            .map(|spot| MergedAnswer {
                spot: spot.clone(),
                before: ours.answers.get(spot).cloned(),
                after: merged.carried.answers.get(spot).cloned(),
            })
            .collect();
        answer.conflicts = merged.conflicts;
        if dry_run || !answer.conflicts.is_empty() {
            return Ok(answer);
        }
        let command = Command::MergeInspection(Box::new(MergeInspection {
            inspection: id,
            number: home.number,
            counter: head.counter,
            base: home.base.clone(),
            laptop: theirs,
            state: laptop.state,
            signatures: laptop.signatures.clone(),
            take,
        }));
        answer.warnings = self.commit(&command, Channel::Bundle)?.warnings;
        answer.merged = true;
        if let Some(now) = self.read(|s| Ok(s.inspection(id)?))? {
            answer.state = now.state;
        }
        Ok(answer)
    }

    fn merged(
        &self,
        (base, ours, theirs): (&Carried, &Carried, &Carried),
        number: u64,
        take: &BTreeMap<Spot, Take>,
    ) -> Merged {
        let who = (self.operator.id.as_str(), self.today());
        rules::merge(base, ours, theirs, take, &rules::laptop_mark(number), who)
    }

    /// The side of each conflict; a decision about something else is a slip of the pen.
    fn decided(
        &self,
        sides: (&Carried, &Carried, &Carried),
        number: u64,
        take: &BTreeMap<Spot, Take>,
        for_all: Option<Take>,
    ) -> Result<BTreeMap<Spot, Take>, Error> {
        let open = self.merged(sides, number, &BTreeMap::new()).conflicts;
        if let Some(wrong) = take.keys().find(|spot| !open.iter().any(|c| c.spot == **spot)) {
            return Err(bad("merge_take_unknown").with("spot", wrong));
        }
        let mut out = take.clone();
        if let Some(side) = for_all {
            for conflict in open {
                out.entry(conflict.spot).or_insert(side);
            }
        }
        Ok(out)
    }
}

/// Makes the laptop's store.
fn fill(settings: &Settings, new: &NewStore, packs: rules::Packs, changes: Vec<Packed>) -> Result<(), SessionError> {
    let operator = first_operator(settings, vec![Role::Owner]);
    let store = Store::create(&settings.store, new, Arc::new(RulesProjector::new(packs)))?;
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
