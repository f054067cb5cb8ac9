//! What can be done in the checklist now.

use super::{Mode, State};
use crate::domain::InspectionState;
use crate::keys::Action;
use crate::screens::deed::may;
use crate::screens::{AvailableAction, Context};

/// What can be done now.
pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction> {
    use AvailableAction as A;
    match &state.mode {
        Mode::Remark(..) | Mode::Jump(..) | Mode::Sign(_) | Mode::Why(..) => vec![
            A::on(Action::Accept, 90),
            A::on(Action::Cancel, 80),
            A::on(Action::PopupUp, 0),
            A::on(Action::PopupDown, 0),
            A::on(Action::ClearText, 20),
        ],
        Mode::Choice(_) | Mode::Missing(_) | Mode::Others { .. } | Mode::Reopen(_) | Mode::Files(_) => vec![
            A::on(Action::Choose, 90),
            A::on(Action::Close, 80),
            A::on(Action::PopupUp, 0),
            A::on(Action::PopupDown, 0),
        ],
        Mode::Signed => vec![A::on(Action::Close, 90)],
        Mode::Full(_) => vec![
            A::on(Action::Close, 90),
            A::on(Action::PopupDown, 80),
            A::on(Action::PopupUp, 0),
            A::on(Action::PopupPageDown, 70),
            A::on(Action::PopupPageUp, 0),
        ],
        Mode::Items => {
            let open = state.open() && may(cx.operator, "answer_items");
            let signing = state.is(InspectionState::Signing) && may(cx.operator, "sign_inspection");
            let signed = state.inspection().is_some_and(|i| !i.signatures.is_empty());
            let several = state.subjects().len() > 1;
            // When nothing is left to answer, ending is what comes next.
            let complete = signing || state.unanswered().next().is_none();
            vec![
                A::when(Action::Conforms, 100, open),
                A::when(Action::Fails, 99, open),
                A::when(Action::NotApplicable, 98, open),
                A::when(Action::NotChecked, 97, open),
                A::when(Action::Undo, 96, signing || !state.undo.is_empty()),
                A::when(Action::NextOpen, 94, open),
                A::when(Action::PreviousOpen, 0, open),
                A::on(Action::Jump, 93),
                A::when(Action::Finish, if complete { 101 } else { 91 }, open || signing || signed),
                A::on(Action::ChooseAnswer, 60),
                A::on(Action::ItemInFull, 55),
                A::when(Action::ItemEvidence, 30, open && !state.files().is_empty()),
                A::when(Action::NextSubject, 50, several),
                A::when(Action::PreviousSubject, 0, several),
                A::when(Action::AllSubjects, 40, open && several),
                A::on(Action::Back, 10),
                A::on(Action::ItemUp, 0),
                A::on(Action::ItemDown, 0),
                A::on(Action::ItemPageUp, 0),
                A::on(Action::ItemPageDown, 0),
                A::on(Action::FirstItem, 0),
                A::on(Action::LastItem, 0),
            ]
        }
    }
}
