//! What came back from a laptop, into the register: one report, whatever becomes of each inspection.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Serialize;

use super::{LARGEST, all, bad, mark_of, names};
use crate::decide::{self, RefusalKind, Warning};
use crate::domain::command::{MergeInspection, Take};
use crate::domain::inspection::{Answer, Carried, Home, Inspection, Known, Spot};
use crate::domain::{Channel, Command, InspectionId, InspectionState, View};
use crate::exchange::{BundleHead, Direction, Expected, peek_bundle, read_bundle, read_most};
use crate::rules::{self, Conflict, Merged};
use crate::session::{RefusalAnswer, Session, SessionError, secret};

/// What somebody decided: where both sides changed something, which one counts; of one inspection, or of the only one in
/// which the spot waits.
pub type Decided = BTreeMap<(Option<InspectionId>, Spot), Take>;

/// What `bundle merge` answers: the keys of the first inspection, and the others.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MergeReport {
    /// The first.
    #[serde(flatten)]
    pub first: MergeAnswer,
    /// The others of the bundle. Each is merged by itself: one that is refused or waits for a decision keeps none from the
    /// register.
    pub others: Vec<MergeAnswer>,
}

/// How the merge of one inspection went.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct MergeAnswer {
    /// The inspection.
    pub inspection: InspectionId,
    /// The number of the bundle that went out.
    pub number: u64,
    /// Counts the laptop's returns.
    pub counter: usize,
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
    /// Why this one cannot be merged.
    pub refusal: Option<RefusalAnswer>,
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

impl Session {
    /// Merges what a laptop brought back; with an undecided conflict, or when only to be shown, nothing is written.
    /// `take` decides a spot, `for_all` every other one.
    ///
    /// # Errors
    /// Why the bundle is refused; `merge_take_unknown`, `merge_take_ambiguous`; what an operator may not; the store's.
    /// What refuses a single inspection stands in the report.
    pub fn bundle_merge(
        &self,
        file: &Path,
        take: &Decided,
        for_all: Option<Take>,
        dry_run: bool,
    ) -> Result<MergeReport, SessionError> {
        self.may_read_people()?;
        let bytes = read_most(&self.settings.incoming(file)?, LARGEST)?;
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
        for (of, spot) in take.keys() {
            let waits = |l: &&Looked| {
                !l.answer.repeated && of.is_none_or(|id| id == l.answer.inspection) && l.open.contains(spot)
            };
            let waiting: Vec<InspectionId> = looked.iter().filter(waits).map(|l| l.answer.inspection).collect();
            let place = of.map_or_else(|| spot.to_string(), |id| format!("{id}/{spot}"));
            match waiting.as_slice() {
                [_] => {}
                [] => return Err(bad("merge_take_unknown").with("spot", place).into()),
                [first, ..] => {
                    let error = bad("merge_take_ambiguous").with("spot", place).with("first", first);
                    return Err(error.with("ids", names(&waiting)).into());
                }
            }
        }
        // A refusal keeps the others of a bundle from nothing; one that stands alone is the answer.
        let alone = looked.len() == 1;
        let mut answers: Vec<MergeAnswer> = Vec::new();
        for l in looked {
            let take = Self::decided(&l, take, for_all);
            let mut answer = MergeAnswer { dry_run, ..l.answer.clone() };
            match self.merge_one(l, take, &mut answer) {
                Ok(()) => {}
                Err(SessionError::Refused(r))
                    if !alone && !matches!(r.kind, RefusalKind::Permission | RefusalKind::Damage) =>
                {
                    answer.refusal = Some(RefusalAnswer::of(&r, self.texts()));
                }
                // What has been written is told whatever comes then.
                Err(SessionError::Error(e)) if answers.iter().any(|a| a.merged) => {
                    answer.refusal = Some(RefusalAnswer::of_error(&e, self.texts()));
                }
                Err(e) => return Err(e),
            }
            answers.push(answer);
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
        let returns = &home.returns;
        let before = returns.split_last().ok_or_else(|| bad("bundle_damaged"))?;
        if mark_of(&laptop, home, before.1)? != *before.0 {
            return Err(bad("bundle_damaged").into());
        }
        let answer = MergeAnswer {
            inspection: id,
            number: home.number,
            counter: returns.len(),
            dry_run: false,
            repeated: host.travels.known(returns) == Known::Taken,
            merged: false,
            changed: Vec::new(),
            conflicts: Vec::new(),
            refusal: None,
            state: host.state,
            warnings: Vec::new(),
        };
        let base = host.travels.base(returns, &home.base).clone();
        let mut looked = Looked {
            answer,
            home: home.clone(),
            base,
            ours: host.carried(),
            theirs: laptop.carried(),
            laptop,
            open: BTreeSet::new(),
        };
        looked.open = self.merged(&looked, &BTreeMap::new()).conflicts.into_iter().map(|c| c.spot).collect();
        Ok(looked)
    }

    /// Merges one inspection, unless something is undecided, or only to be shown, or in the register already. Only to be
    /// shown, it is decided all the same, so that both say the same.
    fn merge_one(&self, l: Looked, take: BTreeMap<Spot, Take>, answer: &mut MergeAnswer) -> Result<(), SessionError> {
        if answer.repeated {
            return Ok(());
        }
        let merged = self.merged(&l, &take);
        let changed = |spot: &Spot| MergedAnswer {
            spot: spot.clone(),
            before: l.ours.answers.get(spot).cloned(),
            after: merged.carried.answers.get(spot).cloned(),
        };
        let changed = merged.changed.iter().map(changed).collect();
        let id = answer.inspection;
        let command = Command::MergeInspection(Box::new(MergeInspection {
            inspection: id,
            number: l.home.number,
            returns: l.home.returns,
            base: l.home.base,
            laptop: l.theirs,
            state: l.laptop.state,
            opened_on: l.laptop.opened_on,
            signatures: l.laptop.signatures,
            take,
        }));
        let done = if answer.dry_run {
            self.would(&command)
        } else {
            self.commit(&command, Channel::Bundle).map(|done| done.warnings)
        };
        match done {
            Ok(warnings) => {
                answer.warnings = warnings;
                answer.merged = !answer.dry_run;
            }
            Err(SessionError::Refused(r)) if r.code == "merge_conflicts" => answer.conflicts = merged.conflicts,
            Err(e) => return Err(e),
        }
        answer.changed = changed;
        if let Some(now) = self.read(|s| Ok(s.inspection(id)?))? {
            answer.state = now.state;
        }
        Ok(())
    }

    /// What a command would warn of, were it done.
    pub(super) fn would(&self, command: &Command) -> Result<Vec<Warning>, SessionError> {
        self.read(|s| {
            let who = self.who(s)?;
            let cx = decide::Context { packs: &self.packs, who: &who, today: self.today() };
            Ok(decide::decide(s, &cx, command)?.warnings)
        })
    }

    fn merged(&self, l: &Looked, take: &BTreeMap<Spot, Take>) -> Merged {
        let operator = self.operator();
        let who = (operator.id.as_str(), self.today());
        rules::merge(&l.base, &l.ours, &l.theirs, take, &rules::laptop_mark(l.home.number), who)
    }

    /// The side of each conflict that somebody has decided.
    fn decided(l: &Looked, take: &Decided, for_all: Option<Take>) -> BTreeMap<Spot, Take> {
        let side = |spot: &Spot| {
            let at = |of| take.get(&(of, spot.clone())).copied();
            at(Some(l.answer.inspection)).or_else(|| at(None)).or(for_all)
        };
        l.open.iter().filter_map(|spot| Some((spot.clone(), side(spot)?))).collect()
    }
}

/// What one inspection of a return finds in the register.
struct Looked {
    answer: MergeAnswer,
    home: Home,
    /// What both sides last had in common.
    base: Carried,
    ours: Carried,
    theirs: Carried,
    laptop: Inspection,
    /// Where both sides changed something.
    open: BTreeSet<Spot>,
}
