//! What an operator may ask for. The same commands serve the screens, the command line, imports and `apply`; in JSON a
//! command is one object with the key `command` and the fields below, for example
//! `{"command":"add_training","persons":["P000001"],"on":"2026-03-01","kind":"on_post","topic":"…"}`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod fields;
mod inspect;
mod operator;
mod verb;

use super::inspection::Spot;
use super::person::Votes;
use super::{
    CaseKind, CaseState, ComputerId, Date, DutyKind, Employer, InspectionId, LeavingReason, Level, MediumId, Opinion,
    PersonId, PledgeKind, ReviewKind, StepCode, TrainingKind, UnitId,
};
pub use fields::{AddPerson, ChangePerson, ComputerFields, Depart, MediumFields, RecordTrip, SubmitTrip, TripEvent};
pub use inspect::{
    AddEvidence, AnswerItems, ChangeFinding, ChangeInspection, DestroyDevice, FindingAt, Given, IssueDevice,
    LogVolumeFields, MergeInspection, MoveDevice, PlanInspection, RemoveEvidence, ReturnDevice, SendOutDevice,
    StepFinding, Take, WaiveFinding,
};
pub use operator::{AddOperator, DisableOperator, EnableOperator, GrantOperator, SetOperatorKey};

/// One request to change the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    /// Adds a person. `post` and `level` are shortcuts for the first post and level.
    AddPerson(AddPerson),
    /// Changes a person's plain fields; a field left out stays as it is.
    ChangePerson(ChangePerson),
    /// Adds a post.
    AddPost {
        /// Who.
        person: PersonId,
        /// Title.
        title: String,
        /// Level of the post.
        #[serde(default)]
        level: Option<Level>,
        /// First day.
        #[serde(default)]
        from: Option<Date>,
    },
    /// Ends a post without leaving classified work as a whole (another post goes on).
    EndPost {
        /// Who.
        person: PersonId,
        /// Which post; the only one held when left out.
        #[serde(default)]
        post: Option<u32>,
        /// The first day it is no longer held.
        to: Date,
    },
    /// Sets or changes the level.
    SetLevel {
        /// Who.
        person: PersonId,
        /// The level from then on; null ends it.
        level: Option<Level>,
        /// First day.
        #[serde(default)]
        from: Option<Date>,
        /// Who decided.
        #[serde(default)]
        decided_by: String,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Records a review, assessment, joint check or visit.
    AddReview {
        /// Who.
        person: PersonId,
        /// What was done.
        kind: ReviewKind,
        /// When.
        on: Date,
        /// Passed.
        #[serde(default = "yes")]
        passed: bool,
        /// By whom.
        #[serde(default)]
        by: String,
        /// What was found.
        #[serde(default)]
        comment: String,
    },
    /// Records one training for one or more people.
    AddTraining {
        /// Who attended.
        persons: Vec<PersonId>,
        /// When.
        on: Date,
        /// What for.
        kind: TrainingKind,
        /// Topic.
        #[serde(default)]
        topic: String,
        /// Length in minutes.
        #[serde(default)]
        minutes: Option<u32>,
        /// 补训: the year it makes up for.
        #[serde(default)]
        makeup_for: Option<i32>,
        /// Certificate number.
        #[serde(default)]
        certificate: String,
    },
    /// Records a signed pledge, letter or statement for one or more people.
    AddPledge {
        /// Who signed.
        persons: Vec<PersonId>,
        /// What for.
        kind: PledgeKind,
        /// Signed on.
        on: Date,
        /// The year of a yearly statement.
        #[serde(default)]
        year: Option<i32>,
        /// Copies.
        #[serde(default)]
        copies: Option<u32>,
        /// Text version.
        #[serde(default)]
        text_version: String,
    },
    /// Files a travel request; `draft` keeps it unsubmitted.
    SubmitTrip(SubmitTrip),
    /// Writes down a journey that was decided and begun outside the register.
    RecordTrip(RecordTrip),
    /// Changes where a draft or pending request goes or when; what was left out stays.
    ChangeTrip {
        /// Who.
        person: PersonId,
        /// Which trip.
        trip: u32,
        /// Where to.
        #[serde(default)]
        destination: Option<String>,
        /// What for.
        #[serde(default)]
        purpose: Option<String>,
        /// First day abroad.
        #[serde(default)]
        depart_on: Option<Date>,
        /// Planned return.
        #[serde(default)]
        return_on: Option<Date>,
    },
    /// Gives an opinion, approval, rejection or objection on a travel request. The comment may not be empty.
    StepTrip {
        /// Who travels.
        person: PersonId,
        /// Which trip.
        trip: u32,
        /// Which step; the step the request waits for when left out.
        #[serde(default)]
        step: Option<StepCode>,
        /// What was said.
        opinion: Opinion,
        /// Who said it.
        by: String,
        /// When; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// The comment.
        comment: String,
        /// How the body voted, for a step taken in a meeting.
        #[serde(default)]
        votes: Option<Votes>,
    },
    /// Moves a trip on: submit a draft, withdraw, issue papers, depart, return, report, papers back.
    MoveTrip {
        /// Who travels.
        person: PersonId,
        /// Which trip.
        trip: u32,
        /// What happened.
        event: TripEvent,
        /// When; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// The report, or a reason.
        #[serde(default)]
        text: String,
    },
    /// Records leaving classified posts: ends all posts on `left_on` and starts the period by the unit's pack.
    Depart(Depart),
    /// Changes the days or reason of a departure recorded wrongly.
    ChangeDeparture {
        /// Who.
        person: PersonId,
        /// Which departure.
        departure: u32,
        /// Approval day.
        #[serde(default)]
        approved_on: Option<Date>,
        /// Leaving day.
        #[serde(default)]
        left_on: Option<Date>,
        /// Reason.
        #[serde(default)]
        reason: Option<LeavingReason>,
        /// Level held when leaving.
        #[serde(default)]
        level: Option<Level>,
        /// Last day as a list states it.
        #[serde(default)]
        stated_last_day: Option<Date>,
    },
    /// Takes a step of a departure.
    StepDeparture {
        /// Who.
        person: PersonId,
        /// Which departure.
        departure: u32,
        /// Which step.
        step: StepCode,
        /// When; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// By whom.
        #[serde(default)]
        by: String,
        /// What was said.
        #[serde(default = "agree")]
        opinion: Opinion,
        /// Comment.
        #[serde(default)]
        comment: String,
        /// How the body voted, for a step taken in a meeting.
        #[serde(default)]
        votes: Option<Votes>,
    },
    /// Chooses the length of a period where the pack gives a range or none.
    SetPeriodLength {
        /// Who.
        person: PersonId,
        /// Which departure.
        departure: u32,
        /// Months.
        months: u32,
        /// Decided on; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
    /// Extends a period.
    ExtendPeriod {
        /// Who.
        person: PersonId,
        /// Which departure.
        departure: u32,
        /// Months added.
        months: u32,
        /// Decided on; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
        /// The person was told on.
        #[serde(default)]
        told_on: Option<Date>,
    },
    /// Closes a period that is over: the person was told that the duty of secrecy stays.
    ClosePeriod {
        /// Who.
        person: PersonId,
        /// Which departure.
        departure: u32,
        /// When; today when left out.
        #[serde(default)]
        on: Option<Date>,
    },
    /// Opens a case.
    OpenCase {
        /// Who.
        person: PersonId,
        /// What about.
        kind: CaseKind,
        /// Opened on; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// Meant to take effect on.
        #[serde(default)]
        effective_on: Option<Date>,
        /// Why.
        #[serde(default)]
        reason: String,
        /// The employer's kind.
        #[serde(default)]
        employer: Option<Employer>,
        /// The level asked for.
        #[serde(default)]
        level: Option<Level>,
    },
    /// Takes a step of a case.
    StepCase {
        /// Who.
        person: PersonId,
        /// Which case.
        case: u32,
        /// Which step.
        step: StepCode,
        /// When; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// By whom.
        #[serde(default)]
        by: String,
        /// What was said.
        #[serde(default = "agree")]
        opinion: Opinion,
        /// Comment.
        #[serde(default)]
        comment: String,
        /// How the body voted, for a step taken in a meeting.
        #[serde(default)]
        votes: Option<Votes>,
    },
    /// Ends a case.
    CloseCase {
        /// Who.
        person: PersonId,
        /// Which case.
        case: u32,
        /// How it ended.
        state: CaseState,
        /// When; today when left out.
        #[serde(default)]
        on: Option<Date>,
    },
    /// Waives a duty.
    AddWaiver {
        /// Who.
        person: PersonId,
        /// Which duty.
        duty: DutyKind,
        /// Its due day; every duty of the kind when left out.
        #[serde(default)]
        due: Option<Date>,
        /// Granted on; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
        /// Last day it holds.
        #[serde(default)]
        until: Option<Date>,
    },
    /// Registers a computer or peripheral.
    AddComputer(ComputerFields),
    /// Changes a computer; what was left out stays.
    ChangeComputer {
        /// Which.
        computer: ComputerId,
        /// The revision the form was filled on.
        #[serde(default)]
        based_on: Option<u64>,
        /// The fields to change.
        fields: ComputerFields,
    },
    /// Registers a medium or paper carrier.
    AddMedium(MediumFields),
    /// Changes a medium; what was left out stays.
    ChangeMedium {
        /// Which.
        medium: MediumId,
        /// The revision the form was filled on.
        #[serde(default)]
        based_on: Option<u64>,
        /// The fields to change.
        fields: MediumFields,
    },
    /// Takes a computer or medium back out of a person's hands.
    TakeBack {
        /// The computer.
        #[serde(default)]
        computer: Option<ComputerId>,
        /// Or the medium.
        #[serde(default)]
        medium: Option<MediumId>,
        /// When; today when left out.
        #[serde(default)]
        on: Option<Date>,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Issues a computer or medium.
    IssueDevice(IssueDevice),
    /// Moves a computer or medium to another room or department.
    MoveDevice(MoveDevice),
    /// Sends a computer or medium out for repair.
    SendOutDevice(SendOutDevice),
    /// Takes a computer or medium back from repair.
    ReturnDevice(ReturnDevice),
    /// Destroys a computer or medium.
    DestroyDevice(DestroyDevice),
    /// Starts a year's volume of a usage log.
    AddLogVolume(LogVolumeFields),
    /// Destroys a year's volume of a usage log whose time is over.
    DestroyLogVolume(LogVolumeFields),
    /// Keeps a unit's own checklist in the register.
    AddTemplate {
        /// Its text (TOML).
        text: String,
    },
    /// Plans an inspection.
    PlanInspection(PlanInspection),
    /// Plans one inspection for each office among the subjects, under the name of a campaign.
    PlanCampaign(PlanInspection),
    /// Changes the plan of an inspection; what was left out stays.
    ChangeInspection(ChangeInspection),
    /// Answers items of a checklist, or takes answers away.
    AnswerItems(AnswerItems),
    /// Remembers where the operator's cursor stands.
    SetCursor {
        /// Which inspection.
        inspection: InspectionId,
        /// Where.
        at: Spot,
    },
    /// Changes a finding.
    ChangeFinding(ChangeFinding),
    /// Takes a step of a finding.
    StepFinding(StepFinding),
    /// Lets a finding rest until a day.
    WaiveFinding(WaiveFinding),
    /// Ends the answering: everything is answered, the signatures are next.
    CloseInspection {
        /// Which.
        inspection: InspectionId,
    },
    /// Signs.
    SignInspection {
        /// Which.
        inspection: InspectionId,
        /// The party, as the template names it; the next one when left out.
        #[serde(default)]
        party: Option<String>,
        /// The name, typed by the party.
        name: String,
    },
    /// Goes back to answering; signatures given so far are void.
    ReopenInspection {
        /// Which.
        inspection: InspectionId,
        /// Why.
        reason: String,
    },
    /// Gives up an inspection that is not signed.
    CancelInspection {
        /// Which.
        inspection: InspectionId,
        /// Why.
        reason: String,
    },
    /// Opens a new inspection that corrects a signed one.
    CorrectInspection {
        /// Which.
        inspection: InspectionId,
        /// Why.
        reason: String,
    },
    /// Lays what a scanner or a probe found beside the items.
    AddEvidence(AddEvidence),
    /// Takes such evidence away again.
    RemoveEvidence(RemoveEvidence),
    /// Numbers a bundle that takes an inspection to a laptop. As the next two, done by the bundle's own functions alone: from
    /// outside it would go round passphrase and marks.
    #[serde(skip_deserializing)]
    SendInspection {
        /// Which.
        inspection: InspectionId,
        /// The number the bundle has.
        number: u64,
    },
    /// On the laptop: marks a return.
    #[serde(skip_deserializing)]
    ReturnInspection {
        /// Which.
        inspection: InspectionId,
        /// The mark.
        mark: String,
    },
    /// Merges what came back from a laptop.
    #[serde(skip_deserializing)]
    MergeInspection(Box<MergeInspection>),
    /// Adds a unit.
    AddUnit {
        /// Name.
        name: String,
        /// Personnel pack id.
        pack: String,
        /// Lay the law beside it.
        #[serde(default)]
        law: bool,
        /// Duties due before do not exist.
        tracking_from: Date,
    },
    /// Records a choice the pack leaves open, or `law`, `tracking_from`, `name`.
    SetUnit {
        /// Which unit; the only one when left out.
        #[serde(default)]
        unit: Option<UnitId>,
        /// Which choice.
        key: String,
        /// The value.
        value: String,
        /// Who decided.
        decided_by: String,
        /// Why.
        reason: String,
    },
    /// Opens an account; it may do nothing until rights are granted to it.
    AddOperator(AddOperator),
    /// Gives an account these rights in place of those it has; no roles take all of them away.
    GrantOperator(GrantOperator),
    /// Notes the public key an account comes with, in place of the one before.
    SetOperatorKey(SetOperatorKey),
    /// Shuts an account.
    DisableOperator(DisableOperator),
    /// Opens an account that was shut.
    EnableOperator(EnableOperator),
    /// Takes back one's own change: the records get the state they had before it, as a new entry.
    Undo {
        /// The journal entry of the change.
        entry: u64,
    },
}

const fn yes() -> bool {
    true
}

const fn agree() -> Opinion {
    Opinion::Agree
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_reads_and_unknown_keys_are_refused() {
        let good = r#"{"command":"add_training","persons":["P000001"],"on":"2026-03-01","kind":"on_post"}"#;
        let command: Command = serde_json::from_str(good).unwrap();
        assert_eq!(command.verb(), "add_training");
        let text = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&text).unwrap(), command);
        for bad in [
            r#"{"command":"add_training","persons":["P1"],"on":"2026-03-01","kind":"on_post","colour":1}"#,
            r#"{"command":"add_person","name":"x","colour":1}"#,
            r#"{"command":"fly"}"#,
            r#"{"name":"x"}"#,
        ] {
            assert!(serde_json::from_str::<Command>(bad).is_err(), "{bad}");
        }
    }
}
