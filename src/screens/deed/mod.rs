//! What can be done with a person now, as plain values: the menu offers them, a form asks for what each needs. The
//! domain decides; nothing here refuses, but what the operator's rights do not cover is not offered.

mod offers;
mod verb;

use crate::domain::command::TripEvent;
use crate::domain::{FindingStep, RecordId, StepCode};
use crate::index::Part;

pub use offers::{
    FOR_DUE, FOR_MANY, for_account, for_device, for_findings, for_inspection, for_matter, for_one, for_step,
};
pub use verb::may;

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Deed {
    /// Agrees at the step a request waits for.
    Agree(u32),
    /// Refuses a request.
    Disagree(u32),
    /// Records the objection of the competent organs.
    Object(u32),
    /// Moves a trip on.
    Trip(u32, TripEvent),
    /// Files a travel request.
    NewTrip,
    /// Records a training.
    Training,
    /// Records a pledge.
    Pledge,
    /// Records leaving the post.
    Leave,
    /// Chooses the length of a period.
    Length(u32),
    /// Extends a period.
    Extend(u32),
    /// Closes a period.
    Close(u32),
    /// Adds a post.
    Post,
    /// Sets the level.
    Level,
    /// Changes plain fields.
    Edit,
    /// Adds a person.
    AddPerson,
    /// Decides a choice of a unit: place of the unit, place of the choice among the unit's.
    Choose(u32, u32),
    /// Ends a post, others going on.
    EndPost,
    /// Writes down a journey of the past.
    PastTrip,
    /// Records a review, an assessment, a joint check or a visit.
    Review,
    /// Waives a duty that is open.
    Waiver,
    /// Opens a case.
    Case,
    /// Takes a step of a case, or of a leaving.
    Step(Part, StepCode),
    /// Refuses at a step of a case.
    Refuse(Part, StepCode),
    /// Writes down what a meeting decided on a request, a case or a leaving.
    Decide(Part, StepCode),
    /// Closes a case as done.
    CloseCase(u32),
    /// Takes a case back.
    WithdrawCase(u32),
    /// Registers a computer or peripheral.
    AddComputer,
    /// Registers a medium or carrier.
    AddMedium,
    /// Something with a computer or medium.
    Device(DeviceDeed, RecordId),
    /// Plans an inspection.
    Plan,
    /// Plans a campaign over all offices.
    Campaign,
    /// Something with an inspection.
    Inspection(InspectionDeed),
    /// Something with one finding or several.
    Finding(FindingDeed),
    /// Something with an account, by its number.
    Account(AccountDeed, u64),
}

/// Something to do with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum AccountDeed {
    /// Opens one.
    Add,
    /// Says what its rights are from now on.
    Grant,
    /// Notes its public key.
    Key,
    /// Shuts it.
    Disable,
    /// Opens it again.
    Enable,
}

impl AccountDeed {
    /// Stable name, also that of the command; letter.
    pub(super) const fn name(self) -> (&'static str, char) {
        match self {
            Self::Add => ("add_operator", 'a'),
            Self::Grant => ("grant_operator", 'g'),
            Self::Key => ("set_operator_key", 'k'),
            Self::Disable => ("disable_operator", 'd'),
            Self::Enable => ("enable_operator", 'e'),
        }
    }
}

/// Something to do with an inspection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum InspectionDeed {
    /// Changes who inspects what when.
    Change,
    /// Gives it up.
    Cancel,
    /// Goes back to answering; signatures given so far are void.
    Reopen,
    /// Opens a new one that corrects the signed one.
    Correct,
}

/// Something to do with a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum FindingDeed {
    /// Reminds whoever has to mend it.
    Remind,
    /// It is mended.
    Mended,
    /// It was looked at again.
    Recheck,
    /// It is settled.
    Accept,
    /// It is not mended after all.
    SendBack,
    /// It may rest until a day.
    Waive,
    /// Changes who mends it by when.
    Change,
}

impl InspectionDeed {
    /// Stable name and letter.
    const fn name(self) -> (&'static str, char) {
        match self {
            Self::Change => ("change_inspection", 'e'),
            Self::Cancel => ("cancel_inspection", 'x'),
            Self::Reopen => ("reopen_inspection", 'o'),
            Self::Correct => ("correct_inspection", 'r'),
        }
    }
}

impl FindingDeed {
    /// Stable name and letter.
    const fn name(self) -> (&'static str, char) {
        match self {
            Self::Remind => ("remind", 'm'),
            Self::Mended => ("mended", 'y'),
            Self::Recheck => ("recheck", 'c'),
            Self::Accept => ("accept", 's'),
            Self::SendBack => ("send_back", 'b'),
            Self::Waive => ("waive_finding", 'w'),
            Self::Change => ("change_finding", 'e'),
        }
    }

    /// The step it is, if it is one.
    pub const fn step(self) -> Option<FindingStep> {
        Some(match self {
            Self::Remind => FindingStep::Reminded,
            Self::Mended => FindingStep::Rectified,
            Self::Recheck => FindingStep::Rechecked,
            Self::Accept => FindingStep::Accepted,
            Self::SendBack => FindingStep::SentBack,
            Self::Waive | Self::Change => return None,
        })
    }
}

/// Something to do with a computer or medium.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DeviceDeed {
    /// Hands it to somebody.
    Issue,
    /// Moves it to another room or department.
    Move,
    /// Takes it out of a person's hands.
    TakeBack,
    /// Sends it out for repair.
    SendOut,
    /// Takes it back from repair.
    Return,
    /// Destroys it.
    Destroy,
    /// Starts a year's volume of its usage log.
    Volume,
    /// Destroys a volume whose time is over.
    DestroyVolume,
    /// Changes plain fields.
    Change,
}

impl DeviceDeed {
    /// Stable name: locale key `deed.<code>`.
    const fn code(self) -> &'static str {
        match self {
            Self::Issue => "issue_device",
            Self::Move => "move_device",
            Self::TakeBack => "take_back_device",
            Self::SendOut => "send_out_device",
            Self::Return => "return_device",
            Self::Destroy => "destroy_device",
            Self::Volume => "new_volume",
            Self::DestroyVolume => "destroy_volume",
            Self::Change => "change_device",
        }
    }

    /// The letter that chooses it in the menu.
    const fn letter(self) -> char {
        match self {
            Self::Issue => 'i',
            Self::Move => 'm',
            Self::TakeBack => 't',
            Self::SendOut => 's',
            Self::Return => 'r',
            Self::Destroy => 'd',
            Self::Volume => 'v',
            Self::DestroyVolume => 'x',
            Self::Change => 'e',
        }
    }
}

impl Deed {
    /// Stable name: locale key `deed.<code>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agree(_) => "agree",
            Self::Disagree(_) => "disagree",
            Self::Object(_) => "object",
            Self::Trip(_, TripEvent::Submit) => "submit",
            Self::Trip(_, TripEvent::Withdraw) => "withdraw",
            Self::Trip(_, TripEvent::IssuePapers) => "issue_papers",
            Self::Trip(_, TripEvent::Depart) => "depart",
            Self::Trip(_, TripEvent::Return) => "return",
            Self::Trip(_, TripEvent::Report) => "report",
            Self::Trip(_, TripEvent::PapersBack) => "papers_back",
            Self::NewTrip => "new_trip",
            Self::Training => "training",
            Self::Pledge => "pledge",
            Self::Leave => "leave",
            Self::Length(_) => "length",
            Self::Extend(_) => "extend",
            Self::Close(_) => "close",
            Self::Post => "post",
            Self::Level => "level",
            Self::Edit => "edit",
            Self::AddPerson => "add_person",
            Self::Choose(..) => "choose",
            Self::EndPost => "end_post",
            Self::PastTrip => "past_trip",
            Self::Review => "review",
            Self::Waiver => "waiver",
            Self::Case => "case",
            Self::Step(..) => "step",
            Self::Refuse(..) => "refuse_step",
            Self::Decide(..) => "decide",
            Self::CloseCase(_) => "close_case",
            Self::WithdrawCase(_) => "withdraw_case",
            Self::AddComputer => "add_computer",
            Self::AddMedium => "add_medium",
            Self::Device(deed, _) => deed.code(),
            Self::Plan => "plan",
            Self::Campaign => "campaign",
            Self::Inspection(deed) => deed.name().0,
            Self::Finding(deed) => deed.name().0,
            Self::Account(deed, _) => deed.name().0,
        }
    }

    /// The letter that chooses it in the menu.
    pub const fn letter(self) -> char {
        match self {
            Self::Agree(_) | Self::Step(..) => 'y',
            Self::Disagree(_) | Self::Refuse(..) => 'n',
            Self::Object(_) => 'o',
            Self::Trip(_, TripEvent::Submit) => 'j',
            Self::Trip(_, TripEvent::Withdraw) | Self::WithdrawCase(_) => 'w',
            Self::Trip(_, TripEvent::IssuePapers) => 'i',
            Self::Trip(_, TripEvent::Depart) | Self::Decide(..) => 'd',
            Self::Trip(_, TripEvent::Return) => 'r',
            Self::Trip(_, TripEvent::Report) | Self::AddMedium => 'b',
            Self::Trip(_, TripEvent::PapersBack) => 'z',
            Self::NewTrip => 'v',
            Self::Training => 't',
            Self::Pledge | Self::Plan => 'p',
            Self::Leave => 'l',
            Self::Length(_) => 's',
            Self::Extend(_) => 'x',
            Self::Close(_) | Self::CloseCase(_) => 'c',
            Self::Post => 'g',
            Self::Level | Self::Campaign => 'k',
            Self::Edit => 'e',
            Self::AddPerson | Self::AddComputer => 'a',
            // The one has a box of its own, the other is a person's.
            Self::Choose(..) | Self::EndPost => 'u',
            Self::PastTrip => 'f',
            Self::Review => 'h',
            Self::Waiver => 'm',
            Self::Case => 'q',
            Self::Device(deed, _) => deed.letter(),
            Self::Inspection(deed) => deed.name().1,
            Self::Finding(deed) => deed.name().1,
            Self::Account(deed, _) => deed.name().1,
        }
    }

    /// The computer or medium it concerns.
    pub const fn device(self) -> Option<RecordId> {
        match self {
            Self::Device(_, id) => Some(id),
            _ => None,
        }
    }

    /// The trip it concerns.
    pub const fn trip(self) -> Option<u32> {
        match self {
            Self::Agree(n) | Self::Disagree(n) | Self::Object(n) | Self::Trip(n, _) => Some(n),
            _ => None,
        }
    }
}
