//! Checklists of other programs: an inspection out as `.cklb`, and a file's answers in, over no remark unasked.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use super::evidence::which_subject;
use super::inspect::{pinned, the_inspection};
use super::{Session, SessionError};
use crate::decide::{Refusal, Warning};
use crate::domain::command::{AnswerItems, ChangeFinding, Given};
use crate::domain::inspection::{Inspection, Spot, Subject};
use crate::domain::{AnswerValue, Channel, Command, InspectionId, InspectionState, View};
use crate::error::{Error, Kind};
use crate::exchange::{Told, checklist_of, filled, matched, new_file, read_checklist, render_checklist, shown};

/// Longest remark in characters; the register holds no more.
const LONGEST: usize = 2000;

/// What `checklist out` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListOut {
    /// The inspection.
    pub inspection: InspectionId,
    /// The machine.
    pub subject: Subject,
    /// How many items.
    pub items: usize,
    /// How many of them are answered.
    pub answered: usize,
    /// The file written.
    pub file: String,
}

/// What `checklist in` answers.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct ListIn {
    /// The inspection.
    pub inspection: InspectionId,
    /// The machine.
    pub subject: Subject,
    /// The machine's name, as the file says.
    pub target: String,
    /// How many items of the checklist the file has.
    pub found: usize,
    /// How many items of the file the checklist does not have.
    pub unknown: usize,
    /// Nothing was to be written.
    pub dry_run: bool,
    /// The answers are in the register.
    pub taken: bool,
    /// Items that change.
    pub changed: Vec<ListChange>,
    /// What both sides say differently and nobody has decided.
    pub conflicts: Vec<ListConflict>,
    /// What deserves a look.
    #[schemars(with = "Vec<serde_json::Value>")]
    pub warnings: Vec<Warning>,
}

/// One item before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListChange {
    /// Where.
    pub spot: Spot,
    /// Before.
    pub before: Told,
    /// Afterwards.
    pub after: Told,
}

/// One item about which the two sides disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct ListConflict {
    /// Where.
    pub spot: Spot,
    /// What the register says.
    pub host: Told,
    /// What the file says.
    pub file: Told,
}

/// Whose word counts where both sides say something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListSide {
    /// The register's.
    Host,
    /// The file's.
    File,
}

/// What is asked of [`Session::checklist_in`].
#[derive(Debug, Clone)]
pub struct ListAsked {
    /// The inspection.
    pub inspection: InspectionId,
    /// The machine; left out where the inspection has only one.
    pub subject: Option<Subject>,
    /// The remark of failures about which the file says nothing.
    pub remark: String,
    /// Decided item by item.
    pub spots: BTreeMap<Spot, ListSide>,
    /// Decided for all the rest.
    pub for_all: Option<ListSide>,
    /// Only say what would be.
    pub dry_run: bool,
}

fn bad(code: &'static str) -> Error {
    Error::new(Kind::Input, code)
}

/// What changes and what is to be decided.
#[derive(Default)]
struct Weighed {
    changed: Vec<ListChange>,
    conflicts: Vec<ListConflict>,
}

/// Holds what a file says against an inspection.
///
/// # Errors
/// `merge_take_unknown` when a decision decides nothing; `checklist_remark_needed`, `checklist_remark_long`.
fn weigh(
    i: &Inspection,
    subject: &Subject,
    told: &BTreeMap<String, Told>,
    asked: &ListAsked,
) -> Result<Weighed, Error> {
    let mut out = Weighed::default();
    let mut undecided = asked.spots.clone();
    let (mut bare, mut first) = (0_usize, None);
    for (item, file) in told {
        let spot = Spot::new(subject, item);
        let host = Told::of(i, &spot);
        let mut after = file.over(&host);
        if host.disagrees(file) {
            match undecided.remove(&spot).or(asked.for_all) {
                Some(ListSide::Host) => continue,
                Some(ListSide::File) => {}
                None => {
                    out.conflicts.push(ListConflict { spot, host, file: file.clone() });
                    continue;
                }
            }
        }
        if after.value == AnswerValue::Fails && after.remark.is_empty() {
            after.remark.clone_from(&asked.remark);
        }
        if after == host {
            continue;
        }
        if after.value == AnswerValue::Fails && after.remark.is_empty() {
            bare += 1;
            first = first.or(Some(spot));
            continue;
        }
        let longest = [&after.remark, &after.what].map(|t| t.chars().count()).into_iter().max().unwrap_or(0);
        if longest > LONGEST {
            let error = bad("checklist_remark_long").with("spot", spot);
            return Err(error.with("length", longest).with("most", LONGEST));
        }
        out.changed.push(ListChange { spot, before: host, after });
    }
    if let Some(spot) = undecided.keys().next() {
        return Err(bad("merge_take_unknown").with("spot", spot));
    }
    match first {
        Some(spot) => Err(bad("checklist_remark_needed").with("count", bare).with("spot", spot)),
        None => Ok(out),
    }
}

/// What puts the changes into the register, in one transaction.
fn commands(id: InspectionId, subject: &Subject, changed: &[ListChange]) -> Vec<Command> {
    let given = |c: &ListChange| Given {
        subjects: vec![subject.clone()],
        items: vec![c.spot.item.clone()],
        value: Some(c.after.value),
        remark: c.after.remark.clone(),
    };
    let answers = changed.iter().filter(|c| (c.before.value, &c.before.remark) != (c.after.value, &c.after.remark));
    let answers: Vec<Given> = answers.map(given).collect();
    let told = |c: &ListChange| ChangeFinding {
        inspection: id,
        spot: c.spot.clone(),
        what: Some(c.after.what.clone()),
        responsible: None,
        due: None,
    };
    let findings = changed.iter().filter(|c| !c.after.what.is_empty()).map(|c| Command::ChangeFinding(told(c)));
    let answers = Some(answers).filter(|a| !a.is_empty());
    let answers = answers.map(|answers| Command::AnswerItems(AnswerItems { inspection: id, answers, cursor: None }));
    answers.into_iter().chain(findings).collect()
}

impl Session {
    /// Writes one machine of an inspection as a `.cklb` file; with `fill`, into a copy of that file, all of whose other
    /// fields stay.
    ///
    /// # Errors
    /// No such inspection or machine; `fill` is refused; the file is there already or cannot be written.
    pub fn checklist_out(
        &self,
        id: InspectionId,
        subject: Option<Subject>,
        fill: Option<&Path>,
        out: &Path,
    ) -> Result<ListOut, SessionError> {
        self.may_read_people()?;
        let fill = fill.map(|file| self.settings.incoming(file)).transpose()?;
        let out = &*self.settings.outgoing(out)?;
        let lang = self.texts().lang().code();
        let (bytes, items, subject, answered) = self.read(|s| {
            let i = the_inspection(s, id)?;
            let subject = which_subject(&i, subject)?;
            let template = pinned(&s.templates()?, &i)?;
            let computer = subject.computer().map(|id| s.computer(id)).transpose()?.flatten();
            // A person's name stays in the register.
            let name = computer.map_or_else(|| subject.to_string(), |c| c.number);
            let (bytes, items) = if let Some(file) = &fill {
                let named = |e: Error| e.with("file", file.display());
                let found = matched(&read_checklist(file)?, &template).map_err(named)?;
                (filled(file, &template, &i, &subject).map_err(named)?, found.told.len())
            } else {
                let list = checklist_of(&template, &i, &subject, &name, lang);
                (render_checklist(&list), list.lists.iter().map(|l| l.items.len()).sum())
            };
            let answered =
                i.answers.iter().filter(|(spot, a)| spot.subject == subject && a.value != AnswerValue::NotChecked);
            Ok((bytes, items, subject.clone(), answered.count()))
        })?;
        new_file(out, &bytes, self.settings.readers())?;
        Ok(ListOut { inspection: id, subject, items, answered, file: out.display().to_string() })
    }

    /// Takes the answers of a `.cklb` or `.ckl` file into an inspection. What the file is silent about stays; where both
    /// sides say something else, nothing is written until it is decided. Doing it again changes nothing.
    ///
    /// # Errors
    /// Why the file is refused; a refusal of the inspection. Nothing is changed then.
    pub fn checklist_in(&self, file: &Path, asked: &ListAsked) -> Result<ListIn, SessionError> {
        self.may_read_people()?;
        let file = &*self.settings.incoming(file)?;
        let list = read_checklist(file)?;
        let named = |e: Error| e.with("file", file.display());
        let (i, template, head) = self.read(|s| {
            let i = the_inspection(s, asked.inspection)?;
            let template = pinned(&s.templates()?, &i)?;
            Ok((i, template, s.head().seq))
        })?;
        if !matches!(i.state, InspectionState::Planned | InspectionState::Open) {
            let refusal = Refusal::rule("inspection_state").with("id", i.id);
            return Err(SessionError::Refused(Box::new(refusal.with("inspection_state", i.state.code()))));
        }
        let subject = which_subject(&i, asked.subject.clone())?;
        let number = subject.computer().map(|id| self.read(|s| Ok(s.computer(id)?))).transpose()?.flatten();
        let number = number.map(|c| c.number).unwrap_or_default();
        let found = matched(&list, &template).map_err(named)?;
        let weighed = weigh(&i, &subject, &found.told, asked).map_err(named)?;
        let mut answer = ListIn {
            inspection: i.id,
            subject: subject.clone(),
            target: list.machine.host_name,
            found: found.told.len(),
            unknown: found.unknown,
            dry_run: asked.dry_run,
            taken: false,
            changed: weighed.changed,
            conflicts: weighed.conflicts,
            warnings: Vec::new(),
        };
        if !number.is_empty() && !answer.target.trim().is_empty() && answer.target.trim() != number {
            let warning = Warning::new("checklist_other_name").with("found", shown(&answer.target));
            answer.warnings.push(warning.with("number", number));
        }
        if asked.dry_run || !answer.conflicts.is_empty() {
            return Ok(answer);
        }
        let commands = commands(i.id, &subject, &answer.changed);
        if !commands.is_empty() {
            let done = self.commit_all(&commands, Channel::Cli, None, Some(head)).map_err(|(_, e)| e)?;
            answer.warnings.extend(done.into_iter().flat_map(|d| d.warnings));
        }
        answer.taken = true;
        Ok(answer)
    }
}
