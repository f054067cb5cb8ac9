//! The one table of everything a key can do. Keymaps, help, palette, footer and locale tables are read from it; a new
//! action is one line here, one line in every complete keymap and one sentence in each language.

use std::fmt;

/// Where the program offers an action unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    /// In the footer while it works, in the help and in the palette.
    Footer,
    /// In the help and in the palette.
    Help,
    /// In the help only: moves of cursor and caret, which nobody calls by name.
    Moves,
}

/// Writes the two enums and their tables from one list, so that no name can be forgotten anywhere.
macro_rules! actions {
    ($($(#[$scope_doc:meta])* $scope:ident $scope_name:literal {
        $($(#[$doc:meta])* $action:ident $name:literal $visibility:ident,)*
    })*) => {
        /// A group of actions that share a table in the keymap. Which scopes listen at a time, and in which order, is
        /// said by the screen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope {
            $($(#[$scope_doc])* $scope,)*
        }

        impl Scope {
            /// All, in the order of the help.
            pub const ALL: &'static [Self] = &[$(Self::$scope,)*];

            /// The name of its table in a keymap; its label is the locale key `scope.<name>`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$scope => $scope_name,)* }
            }
        }

        /// Something a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action {
            $($($(#[$doc])* $action,)*)*
        }

        impl Action {
            /// All, by scope, in the order of the help.
            pub const ALL: &'static [Self] = &[$($(Self::$action,)*)*];

            /// Its scope.
            pub const fn scope(self) -> Scope {
                match self { $($(Self::$action => Scope::$scope,)*)* }
            }

            /// Its name within the scope.
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$action => $name,)*)* }
            }

            /// Where it is offered.
            pub const fn visibility(self) -> Visibility {
                match self { $($(Self::$action => Visibility::$visibility,)*)* }
            }

            /// The locale key of its label.
            pub const fn label_key(self) -> &'static str {
                match self { $($(Self::$action => concat!("action.", $scope_name, ".", $name),)*)* }
            }
        }
    };
}

actions! {
    /// Works everywhere, after everything else.
    Global "global" {
        /// The keys that work here.
        Help "help" Footer,
        /// Every action by name.
        Palette "palette" Footer,
        /// One step back: close, leave, give up.
        Back "back" Footer,
        /// Ends the program.
        Quit "quit" Footer,
        /// The next main screen.
        NextScreen "next_screen" Help,
        /// The main screen before.
        PreviousScreen "previous_screen" Help,
        /// Opens Today.
        GoToday "go_today" Help,
        /// Opens People.
        GoPeople "go_people" Help,
        /// Opens Periods.
        GoPeriods "go_periods" Help,
        /// Opens Travel.
        GoTravel "go_travel" Help,
        /// Opens Training.
        GoTraining "go_training" Help,
        /// Opens Computers.
        GoComputers "go_computers" Help,
        /// Opens Inspections.
        GoInspections "go_inspections" Help,
        /// Opens the cases.
        GoCases "go_cases" Help,
        /// Opens the meeting.
        GoMeeting "go_meeting" Help,
        /// Opens what the rules leave to the unit.
        GoChoices "go_choices" Help,
        /// Opens the accounts.
        GoAccounts "go_accounts" Help,
        /// Opens the journal.
        GoJournal "go_journal" Help,
        /// The saved filters.
        Filters "filters" Help,
        /// Calls the saved filter at this place.
        Filter1 "filter_1" Help,
        /// Calls the saved filter at this place.
        Filter2 "filter_2" Help,
        /// Calls the saved filter at this place.
        Filter3 "filter_3" Help,
        /// Calls the saved filter at this place.
        Filter4 "filter_4" Help,
        /// Calls the saved filter at this place.
        Filter5 "filter_5" Help,
        /// Calls the saved filter at this place.
        Filter6 "filter_6" Help,
        /// Calls the saved filter at this place.
        Filter7 "filter_7" Help,
        /// Calls the saved filter at this place.
        Filter8 "filter_8" Help,
        /// Calls the saved filter at this place.
        Filter9 "filter_9" Help,
        /// Takes back this session's last change.
        UndoChange "undo" Help,
        /// Changes the language.
        Language "language" Help,
        /// Paints the whole screen again.
        Redraw "redraw" Help,
        /// Back to the shell for a while.
        Suspend "suspend" Help,
    }
    /// Every list.
    List "list" {
        /// One row up.
        Up "up" Moves,
        /// One row down.
        Down "down" Moves,
        /// One page up.
        PageUp "page_up" Moves,
        /// One page down.
        PageDown "page_down" Moves,
        /// The first row.
        First "first" Moves,
        /// The last row.
        Last "last" Moves,
        /// Opens the row.
        Open "open" Footer,
        /// Opens the filter line.
        Filter "filter" Footer,
        /// Empties the filter.
        ClearFilter "clear_filter" Help,
        /// Sorts by the next column.
        SortNext "sort_next" Footer,
        /// Turns the order round.
        SortReverse "sort_reverse" Help,
        /// What can be done with the row, or with all marked rows.
        Act "act" Footer,
        /// Marks the row, or takes the mark away.
        Mark "mark" Footer,
        /// Marks every row shown.
        MarkAll "mark_all" Help,
        /// Takes all marks away.
        MarkNone "mark_none" Help,
        /// Shows everybody, or only those who owe something.
        ShowAll "show_all" Footer,
        /// Shows or hides the detail pane.
        Detail "detail" Help,
        /// Shows where the date of the row comes from.
        ExplainRow "explain" Help,
        /// Follows the journal's chain.
        VerifyChain "verify_chain" Footer,
    }
    /// The meeting.
    Meeting "meeting" {
        /// Writes down what was decided.
        Decide "decide" Footer,
    }
    /// The parts of the screen of inspections.
    Inspections "inspections" {
        /// Inspections: planned, under way, signed.
        PartPlan "plan" Footer,
        /// Findings.
        PartFindings "findings" Footer,
        /// Machines that are due.
        PartDue "due" Footer,
        /// Campaigns.
        PartCampaigns "campaigns" Footer,
    }
    /// The card of a person.
    Person "person" {
        /// One line up.
        ScrollUp "scroll_up" Moves,
        /// One line down.
        ScrollDown "scroll_down" Moves,
        /// One page up.
        ScrollPageUp "page_up" Moves,
        /// One page down.
        ScrollPageDown "page_down" Moves,
        /// The top of the card.
        Top "top" Moves,
        /// The end of the card.
        Bottom "bottom" Moves,
        /// The next section.
        NextSection "next_section" Footer,
        /// The section before.
        PreviousSection "previous_section" Help,
        /// May this person travel?
        AskTravel "ask_travel" Footer,
        /// May this person be transferred?
        AskTransfer "ask_transfer" Help,
        /// May this person resign?
        AskResign "ask_resign" Footer,
        /// May this person take a foreign job?
        AskForeignJob "ask_foreign_job" Help,
        /// May this person go on a post?
        AskPost "ask_post" Help,
        /// May the leaving be closed?
        AskLeave "ask_leave" Help,
        /// Any of these for another day.
        AskDay "ask_day" Footer,
        /// The whole identity and telephone numbers, for a moment.
        Reveal "reveal" Footer,
        /// Where the dates come from.
        Explain "explain" Footer,
        /// What can be done with this person.
        ActHere "act" Footer,
    }
    /// The checklist of an inspection.
    Checklist "checklist" {
        /// The item conforms.
        Conforms "conforms" Footer,
        /// It does not: the remark line opens.
        Fails "fails" Footer,
        /// It does not apply.
        NotApplicable "not_applicable" Footer,
        /// It could not be checked.
        NotChecked "not_checked" Footer,
        /// Takes the last answer back; before the last signature, goes back to answering.
        Undo "undo" Footer,
        /// Looks for an item.
        Jump "jump" Footer,
        /// The next item without an answer.
        NextOpen "next_open" Footer,
        /// The item without an answer before.
        PreviousOpen "previous_open" Help,
        /// Chooses by arrows what to do with the item, or what comes next.
        ChooseAnswer "choose_answer" Help,
        /// The item in full, with everything beside it.
        ItemInFull "in_full" Help,
        /// Takes evidence of this subject out again.
        ItemEvidence "evidence" Help,
        /// The next thing inspected.
        NextSubject "next_subject" Help,
        /// The thing inspected before.
        PreviousSubject "previous_subject" Help,
        /// The same answer for everything inspected, or for one again.
        AllSubjects "all_subjects" Help,
        /// Ends the answering; the signatures are next.
        Finish "finish" Footer,
        /// One item up.
        ItemUp "up" Moves,
        /// One item down.
        ItemDown "down" Moves,
        /// One page up.
        ItemPageUp "page_up" Moves,
        /// One page down.
        ItemPageDown "page_down" Moves,
        /// The first item.
        FirstItem "first" Moves,
        /// The last item.
        LastItem "last" Moves,
    }
    /// A text field that has the caret. Keys that write a character never get here: they are the text.
    Text "text" {
        /// One character to the left.
        CaretLeft "left" Moves,
        /// One character to the right.
        CaretRight "right" Moves,
        /// One word to the left.
        WordLeft "word_left" Moves,
        /// One word to the right.
        WordRight "word_right" Moves,
        /// The start of the text.
        CaretHome "home" Moves,
        /// The end of the text.
        CaretEnd "end" Moves,
        /// Deletes the character before the caret.
        Backspace "backspace" Moves,
        /// Deletes the character at the caret.
        Delete "delete" Moves,
        /// Deletes the word before the caret.
        DeleteWord "delete_word" Moves,
        /// Empties the field.
        ClearText "clear" Moves,
        /// Takes the text and leaves the field.
        Accept "accept" Footer,
        /// Leaves the field.
        Cancel "cancel" Footer,
        /// Completes the word before the caret.
        Complete "complete" Help,
    }
    /// A form. While a text field has the caret, the text's keys come first.
    Form "form" {
        /// The next field.
        NextField "next_field" Footer,
        /// The field before.
        PreviousField "previous_field" Help,
        /// The next value of a choice.
        NextChoice "next_choice" Footer,
        /// The value before.
        PreviousChoice "previous_choice" Help,
        /// Takes the value and goes on; sends the form when nothing is missing.
        Done "done" Footer,
        /// Sends the form.
        Submit "submit" Footer,
        /// Leaves the form; asks first when something was typed.
        Leave "leave" Footer,
    }
    /// Two people changed one record: what is in the register beside what was typed here.
    Conflict "conflict" {
        /// Takes the other side for this field.
        PickSide "pick" Footer,
        /// Takes what was typed here for every field.
        AllMine "mine" Footer,
        /// Takes what is in the register for every field.
        AllTheirs "theirs" Footer,
        /// Sends the form again on the record as it is now.
        SendChosen "send" Footer,
    }
    /// A box over the screen: help, palette, question.
    Popup "popup" {
        /// One line up.
        PopupUp "up" Moves,
        /// One line down.
        PopupDown "down" Moves,
        /// One page up.
        PopupPageUp "page_up" Moves,
        /// One page down.
        PopupPageDown "page_down" Moves,
        /// Takes the line, or says yes.
        Choose "choose" Footer,
        /// Closes the box.
        Close "close" Footer,
        /// Yes.
        Yes "yes" Footer,
        /// No.
        No "no" Footer,
    }
    /// The box of saved filters.
    Saved "saved" {
        /// Saves the filter of the list below.
        SaveFilter "save" Footer,
        /// Gives the filter another name.
        RenameFilter "rename" Footer,
        /// Removes the filter, after a question.
        RemoveFilter "remove" Footer,
    }
}

impl Action {
    /// The action of a scope by its name.
    pub fn find(scope: Scope, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.scope() == scope && a.name() == name)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.scope().name(), self.name())
    }
}

impl Scope {
    /// The scope with this table name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|s| s.name() == name)
    }

    /// Its actions, in the order of the table.
    pub fn actions(self) -> impl Iterator<Item = Action> {
        Action::ALL.iter().copied().filter(move |a| a.scope() == self)
    }

    /// The locale key of its label.
    pub fn label_key(self) -> String {
        format!("scope.{}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_plain() {
        let mut paths: Vec<String> = Action::ALL.iter().map(ToString::to_string).collect();
        let count = paths.len();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), count);
        for action in Action::ALL {
            let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
            assert!(action.name().bytes().all(plain), "{action}");
            assert_eq!(Action::find(action.scope(), action.name()), Some(*action));
            assert_eq!(action.label_key(), format!("action.{action}"));
        }
        for scope in Scope::ALL {
            assert_eq!(Scope::find(scope.name()), Some(*scope));
            assert!(scope.actions().count() > 0);
        }
    }
}
