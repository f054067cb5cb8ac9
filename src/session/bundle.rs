//! Inspections out to a laptop and back: what the bundle holds, the laptop's own store, the merge.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::open::{make_folder, owner, packs};
use super::{Session, SessionError, Settings, secret};
use crate::clock;
use crate::crypto::Cost;
use crate::decide::{Refusal, Warning};
use crate::domain::command::{MergeInspection, Take};
use crate::domain::inspection::{Answer, Carried, Home, Inspection, Spot, Subject, Travels};
use crate::domain::{
    Actor, Change, Channel, Command, Computer, ComputerId, InspectionId, InspectionState, Packed, StoredTemplate, Unit,
    View,
};
use crate::error::{Error, Kind};
use crate::exchange::{
    BundleHead, BundleRecord, Direction, Expected, new_file, peek_bundle, read_bundle, write_bundle,
};
use crate::rules::{self, Conflict, Merged, RulesProjector};
use crate::store::{Mode, NewStore, Outcome, Snapshot, Stamp, Store, Work};

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
    /// Counts its returns; 0 on the way out.
    pub counter: u64,
    /// How many machines it carries.
    pub computers: usize,
    /// How many answers.
    pub answers: usize,
    /// The file written, or the laptop's store.
    pub file: String,
}

/// What `bundle merge` answers: the keys of the first inspection, and the others.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MergeReport {
    /// The first.
    #[serde(flatten)]
    pub first: MergeAnswer,
    /// The others of the bundle. Each is merged by itself: one that waits for a decision keeps none from the register.
    pub others: Vec<MergeAnswer>,
}

/// How the merge of one inspection went.
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
        free(out)?;
        let ids = self.of_bundle(of)?;
        let passphrase = secret::for_bundle(&self.settings)?;
        for id in &ids {
            self.commit(&Command::SendInspection { inspection: *id }, Channel::Bundle)?;
        }
        let (head, records, answer) = self.read(|s| self.packed(s, &ids, out))?;
        new_file(out, &write_bundle(&head, &records, &passphrase, Cost::DEFAULT)?)?;
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
            let (base, number) = (carried(&i), i.travels.sent);
            let origin = self.origin(&unit.id.to_string(), &i.id.to_string(), number, &base)?;
            answer.answers += i.answers.len();
            marks.push((number, origin));
            let home = Home { store: self.store.id(), number, origin: origin.to_vec(), base };
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
        let bytes = load(file)?;
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
        let new = NewStore::new(Mode::Personal, secret::new_passphrase(settings)?);
        let made = fill(settings, &new, packs, changes);
        if made.is_err() {
            let _ = std::fs::remove_file(&settings.store);
        }
        made.map(|()| answer)
    }

    /// Writes what a laptop brings back: one inspection, or all that came in a bundle.
    ///
    /// # Errors
    /// `bundle_no_inspection` when nothing here came in a bundle; what the bundle or the file system refuses.
    pub fn bundle_return(&self, id: Option<InspectionId>, out: &Path) -> Result<BundleAnswer, SessionError> {
        self.may_read_people()?;
        free(out)?;
        let mut found = self.read(|s| Ok(s.inspections()?))?;
        found.retain(|i| i.travels.home.is_some() && id.is_none_or(|id| i.id == id));
        let Some((first, home)) = found.first().and_then(|i| Some((i, i.travels.home.as_ref()?))) else {
            return Err(bad("bundle_no_inspection").into());
        };
        let ids: Vec<InspectionId> = found.iter().map(|i| i.id).collect();
        let head = BundleHead {
            store: home.store,
            unit: first.unit.to_string(),
            campaign: names(&ids),
            counter: first.revision,
            direction: Direction::Return,
            origin: home.origin.clone().try_into().map_err(|_| bad("bundle_damaged"))?,
        };
        let answer = BundleAnswer {
            inspection: first.id,
            number: home.number,
            counter: first.revision,
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
        let passphrase = secret::for_bundle(&self.settings)?;
        let records = found.iter().map(|i| record("inspection", i.id, i)).collect::<Result<Vec<_>, _>>()?;
        new_file(out, &write_bundle(&head, &records, &passphrase, Cost::DEFAULT)?)?;
        Ok(answer)
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
    ) -> Result<MergeReport, SessionError> {
        self.may_read_people()?;
        let bytes = load(file)?;
        let head = peek_bundle(&bytes)?;
        let passphrase = secret::of_bundle(&self.settings)?;
        let expected = Expected {
            store: Some(self.store.id()),
            unit: Some(head.unit.clone()),
            campaign: Some(head.campaign.clone()),
            direction: Direction::Return,
            last: 0,
            origin: None,
        };
        let (head, records) = read_bundle(&bytes, &passphrase, &expected)?;
        let laptops: Vec<Inspection> = all(&records, "inspection")?;
        // Unknown here is as good as foreign.
        if laptops.is_empty() || names(&laptops.iter().map(|i| i.id).collect::<Vec<_>>()) != head.campaign {
            return Err(bad("bundle_other_campaign").into());
        }
        // Everything is looked at before anything is written.
        let looked: Vec<Looked> = laptops.into_iter().map(|l| self.looked(&head, l)).collect::<Result<_, _>>()?;
        let open = |spot: &Spot| looked.iter().any(|l| !l.answer.repeated && l.open.iter().any(|c| c.spot == *spot));
        if let Some(wrong) = take.keys().find(|spot| !open(spot)) {
            return Err(bad("merge_take_unknown").with("spot", wrong).into());
        }
        let mut answers = Vec::new();
        for l in looked {
            let take = Self::decided(&l, take, for_all);
            answers.push(self.merge_one(l, take, dry_run)?);
        }
        let mut answers = answers.into_iter();
        let first = answers.next().ok_or_else(|| bad("bundle_damaged"))?;
        Ok(MergeReport { first, others: answers.collect() })
    }

    /// What one inspection of a return finds in the register; nothing is written.
    fn looked(&self, head: &BundleHead, laptop: Inspection) -> Result<Looked, SessionError> {
        let id = laptop.id;
        let Some(host) = self.read(|s| Ok(s.inspection(id)?))? else { return Err(bad("bundle_other_campaign").into()) };
        if (&laptop.template, &laptop.version) != (&host.template, &host.version) {
            return Err(bad("bundle_other_campaign").into());
        }
        if head.unit != host.unit.to_string() {
            return Err(bad("bundle_other_unit").into());
        }
        let home = laptop.travels.home.as_ref().ok_or_else(|| bad("bundle_damaged"))?;
        if self.origin(&head.unit, &id.to_string(), home.number, &home.base)?[..] != home.origin[..] {
            return Err(bad("bundle_forged").into());
        }
        let (last, counter) = (host.travels.returned.get(&home.number).copied().unwrap_or(0), laptop.revision);
        if counter < last {
            return Err(bad("bundle_superseded").with("found", counter).with("last", last).into());
        }
        let answer = MergeAnswer {
            inspection: id,
            number: home.number,
            counter,
            dry_run: false,
            repeated: counter == last,
            merged: false,
            changed: Vec::new(),
            conflicts: Vec::new(),
            state: host.state,
            warnings: Vec::new(),
        };
        let home = home.clone();
        let (ours, theirs) = (carried(&host), carried(&laptop));
        let mut looked = Looked { answer, home, ours, theirs, laptop, open: Vec::new() };
        looked.open = self.merged(&looked, &BTreeMap::new()).conflicts;
        Ok(looked)
    }

    /// Merges one inspection, unless something is undecided, or only to be shown, or in the register already.
    fn merge_one(&self, l: Looked, take: BTreeMap<Spot, Take>, dry_run: bool) -> Result<MergeAnswer, SessionError> {
        let mut answer = MergeAnswer { dry_run, ..l.answer.clone() };
        if answer.repeated {
            return Ok(answer);
        }
        let merged = self.merged(&l, &take);
        let changed = |spot: &Spot| MergedAnswer {
            spot: spot.clone(),
            before: l.ours.answers.get(spot).cloned(),
            after: merged.carried.answers.get(spot).cloned(),
        };
        answer.changed = merged.changed.iter().map(changed).collect();
        answer.conflicts = merged.conflicts;
        if dry_run || !answer.conflicts.is_empty() {
            return Ok(answer);
        }
        let id = answer.inspection;
        let command = Command::MergeInspection(Box::new(MergeInspection {
            inspection: id,
            number: l.home.number,
            counter: answer.counter,
            base: l.home.base,
            laptop: l.theirs,
            state: l.laptop.state,
            signatures: l.laptop.signatures,
            take,
        }));
        answer.warnings = self.commit(&command, Channel::Bundle)?.warnings;
        answer.merged = true;
        if let Some(now) = self.read(|s| Ok(s.inspection(id)?))? {
            answer.state = now.state;
        }
        Ok(answer)
    }

    fn merged(&self, l: &Looked, take: &BTreeMap<Spot, Take>) -> Merged {
        let operator = self.operator();
        let who = (operator.id.as_str(), self.today());
        rules::merge(&l.home.base, &l.ours, &l.theirs, take, &rules::laptop_mark(l.home.number), who)
    }

    /// The side of each conflict that somebody has decided.
    fn decided(l: &Looked, take: &BTreeMap<Spot, Take>, for_all: Option<Take>) -> BTreeMap<Spot, Take> {
        let side = |spot: &Spot| take.get(spot).copied().or(for_all);
        l.open.iter().filter_map(|c| Some((c.spot.clone(), side(&c.spot)?))).collect()
    }
}

/// What one inspection of a return finds in the register.
struct Looked {
    answer: MergeAnswer,
    home: Home,
    ours: Carried,
    theirs: Carried,
    laptop: Inspection,
    /// What both sides changed.
    open: Vec<Conflict>,
}

/// The inspections of a bundle, as its header names them.
fn names(ids: &[InspectionId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// Makes the laptop's store.
fn fill(settings: &Settings, new: &NewStore, packs: rules::Packs, changes: Vec<Packed>) -> Result<(), SessionError> {
    let operator = owner(settings);
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
