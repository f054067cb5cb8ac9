//! The stable names of the commands.

use super::Command;

impl Command {
    /// The stable name, as in JSON and in the journal.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::AddPerson(_) => "add_person",
            Self::ChangePerson(_) => "change_person",
            Self::AddPost { .. } => "add_post",
            Self::EndPost { .. } => "end_post",
            Self::SetLevel { .. } => "set_level",
            Self::AddReview { .. } => "add_review",
            Self::AddTraining { .. } => "add_training",
            Self::AddPledge { .. } => "add_pledge",
            Self::SubmitTrip(_) => "submit_trip",
            Self::RecordTrip(_) => "record_trip",
            Self::ChangeTrip { .. } => "change_trip",
            Self::StepTrip { .. } => "step_trip",
            Self::MoveTrip { .. } => "move_trip",
            Self::Depart(_) => "depart",
            Self::ChangeDeparture { .. } => "change_departure",
            Self::StepDeparture { .. } => "step_departure",
            Self::SetPeriodLength { .. } => "set_period_length",
            Self::ExtendPeriod { .. } => "extend_period",
            Self::ClosePeriod { .. } => "close_period",
            Self::OpenCase { .. } => "open_case",
            Self::StepCase { .. } => "step_case",
            Self::CloseCase { .. } => "close_case",
            Self::AddWaiver { .. } => "add_waiver",
            Self::AddComputer(_) => "add_computer",
            Self::ChangeComputer { .. } => "change_computer",
            Self::AddMedium(_) => "add_medium",
            Self::ChangeMedium { .. } => "change_medium",
            Self::TakeBack { .. } => "take_back",
            Self::IssueDevice(_) => "issue_device",
            Self::MoveDevice(_) => "move_device",
            Self::SendOutDevice(_) => "send_out_device",
            Self::ReturnDevice(_) => "return_device",
            Self::DestroyDevice(_) => "destroy_device",
            Self::AddLogVolume(_) => "add_log_volume",
            Self::DestroyLogVolume(_) => "destroy_log_volume",
            Self::AddTemplate { .. } => "add_template",
            Self::PlanInspection(_) => "plan_inspection",
            Self::PlanCampaign(_) => "plan_campaign",
            Self::ChangeInspection(_) => "change_inspection",
            Self::AnswerItems(_) => "answer_items",
            Self::SetCursor { .. } => "set_cursor",
            Self::ChangeFinding(_) => "change_finding",
            Self::StepFinding(_) => "step_finding",
            Self::WaiveFinding(_) => "waive_finding",
            Self::CloseInspection { .. } => "close_inspection",
            Self::SignInspection { .. } => "sign_inspection",
            Self::ReopenInspection { .. } => "reopen_inspection",
            Self::CancelInspection { .. } => "cancel_inspection",
            Self::CorrectInspection { .. } => "correct_inspection",
            Self::AddEvidence(_) => "add_evidence",
            Self::RemoveEvidence(_) => "remove_evidence",
            Self::SendInspection { .. } => "send_inspection",
            Self::ReturnInspection { .. } => "return_inspection",
            Self::MergeInspection(_) => "merge_inspection",
            Self::AddUnit { .. } => "add_unit",
            Self::SetUnit { .. } => "set_unit",
            Self::AddOperator(_) => "add_operator",
            Self::GrantOperator(_) => "grant_operator",
            Self::SetOperatorKey(_) => "set_operator_key",
            Self::DisableOperator(_) => "disable_operator",
            Self::EnableOperator(_) => "enable_operator",
            Self::Undo { .. } => "undo",
        }
    }

    /// Why, where no record keeps it: the journal does.
    pub fn reason_apart(&self) -> Option<&str> {
        match self {
            Self::RemoveEvidence(asked) => Some(asked.reason.trim()),
            _ => None,
        }
    }

    /// The journal entry it takes back.
    pub const fn undoes(&self) -> Option<u64> {
        match self {
            Self::Undo { entry } => Some(*entry),
            _ => None,
        }
    }
}
