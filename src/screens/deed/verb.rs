//! The command behind a deed, and whether the operator may use it.

use super::{Deed, DeviceDeed, FindingDeed, InspectionDeed};
use crate::decide::{Right, right};
use crate::domain::{Operator, RecordKind};
use crate::index::Part;

impl Deed {
    /// The name of the command that a filled form of this deed becomes.
    pub const fn verb(self) -> &'static str {
        match self {
            Self::Agree(_) | Self::Disagree(_) | Self::Object(_) | Self::Decide(Part::Trip(_), _) => "step_trip",
            Self::Trip(..) => "move_trip",
            Self::NewTrip => "submit_trip",
            Self::Training => "add_training",
            Self::Pledge => "add_pledge",
            Self::Leave => "depart",
            Self::Length(_) => "set_period_length",
            Self::Extend(_) => "extend_period",
            Self::Close(_) => "close_period",
            Self::Post => "add_post",
            Self::Level => "set_level",
            Self::Edit => "change_person",
            Self::AddPerson => "add_person",
            Self::Choose(..) => "set_unit",
            Self::EndPost => "end_post",
            Self::PastTrip => "record_trip",
            Self::Review => "add_review",
            Self::Waiver => "add_waiver",
            Self::Case => "open_case",
            Self::Step(Part::Departure(_), _) | Self::Decide(Part::Departure(_), _) => "step_departure",
            Self::Step(..) | Self::Refuse(..) | Self::Decide(..) => "step_case",
            Self::CloseCase(_) | Self::WithdrawCase(_) => "close_case",
            Self::AddComputer => "add_computer",
            Self::AddMedium => "add_medium",
            Self::Device(deed, record) => match deed {
                DeviceDeed::Issue => "issue_device",
                DeviceDeed::Move => "move_device",
                DeviceDeed::TakeBack => "take_back",
                DeviceDeed::SendOut => "send_out_device",
                DeviceDeed::Return => "return_device",
                DeviceDeed::Destroy => "destroy_device",
                DeviceDeed::Volume => "add_log_volume",
                DeviceDeed::DestroyVolume => "destroy_log_volume",
                DeviceDeed::Change if matches!(record.kind, RecordKind::Medium) => "change_medium",
                DeviceDeed::Change => "change_computer",
            },
            Self::Plan => "plan_inspection",
            Self::Campaign => "plan_campaign",
            Self::Inspection(deed) => match deed {
                InspectionDeed::Change => "change_inspection",
                InspectionDeed::Cancel => "cancel_inspection",
                InspectionDeed::Reopen => "reopen_inspection",
                InspectionDeed::Correct => "correct_inspection",
            },
            Self::Account(deed, _) => deed.name().0,
            Self::Finding(deed) => match deed {
                FindingDeed::Waive => "waive_finding",
                FindingDeed::Change => "change_finding",
                FindingDeed::Remind
                | FindingDeed::Mended
                | FindingDeed::Recheck
                | FindingDeed::Accept
                | FindingDeed::SendBack => "step_finding",
            },
        }
    }

    /// Whether the operator's rights cover it.
    pub fn permitted(self, operator: &Operator) -> bool {
        may(operator, self.verb())
    }
}

/// Whether the operator's rights cover a command.
pub fn may(operator: &Operator, verb: &str) -> bool {
    right(&operator.roles, &operator.reach(), verb) == Right::Granted
}
