//! All that a screen may see or ask for: what comes in ([`Input`]), what it reads ([`Context`]), what it wants done
//! ([`Effect`]), and what it can do now ([`AvailableAction`]). A screen never sees a raw key, a file, the store or the
//! clock; whatever it needs of them comes as plain data from here.

use super::deed::Deed;
pub use super::filters::SavedFilter;
pub use super::reading::{Got, Read, Reply, StoreState};
pub use super::target::Target;
use crate::decide::{Refusal, Warning};
use crate::domain::{Command, Date, Held, InspectionId, JournalPublic, Operator, Person, PersonId, Unit};
use crate::i18n::Texts;
use crate::index::{Index, Item, Part, View};
use crate::keys::{Action, Keymap};
pub use crate::rules::DeviceCard;
use crate::rules::answer::{Chain, ChoiceState, Question, Standing, Verdict};
pub use crate::rules::usual_questions;
use crate::rules::{Packs, Sheet};
use crate::ui::theme::Theme;

/// What comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The screen was just put on the stack, or is on top again: bring what is shown up to date.
    Shown,
    /// An action the keymap gave.
    Action(Action),
    /// A character typed into the text field that has the focus (see [`super::Screen::typing`]); editing keys come as
    /// actions of the scope `Text`.
    Typed(char),
    /// A paste; newlines never submit. Only sent while a text field has the focus.
    Paste(String),
    /// The terminal has this size now, columns and rows.
    Resized(u16, u16),
    /// The register changed, here or in another session, or the day turned: results are to be taken again, the cursor
    /// stays on its record.
    Refreshed,
    /// What [`Effect::Fetch`] asked for.
    Fetched(Box<Card>),
    /// What [`Effect::Ask`] asked for.
    Answer(Question, Box<Verdict>),
    /// What [`Effect::FetchSheet`] asked for.
    Sheet(Box<Sheet>),
    /// What [`Effect::Read`] asked for, or why it could not be read.
    Read(Box<Reply>),
    /// The operator's saved filters, after [`Effect::ReadFilters`], or after [`Effect::KeepFilter`] is on disk.
    Filters(Vec<SavedFilter>),
    /// A command asked for by [`Effect::Commit`] is on disk, as this journal entry if it changed anything; and what deserves
    /// a look.
    Committed(Option<u64>, Vec<Warning>),
    /// An effect failed; the sentence says why and the way out.
    Failed(String),
    /// A command was refused. Only a form gets this; the other screens get [`Input::Failed`] with the sentence.
    Refused(Box<Refusal>),
}

/// Where a screen can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScreenId {
    /// 今日.
    Today,
    /// 人员.
    People,
    /// 脱密期.
    Periods,
    /// 出境.
    Travel,
    /// 培训.
    Training,
    /// 计算机.
    Computers,
    /// 检查.
    Inspections,
    /// 检查表.
    Checklist,
    /// 问题.
    Finding,
    /// 事项.
    Cases,
    /// 办理单.
    Case,
    /// 会议.
    Meeting,
    /// 投影.
    Projector,
    /// 日志.
    Journal,
    /// 单位待定事项.
    Choices,
    /// 账号.
    Accounts,
    /// 设备档案.
    Device,
    /// 档案.
    Person,
    /// 按键.
    Help,
    /// 命令面板.
    Palette,
    /// 办理.
    Menu,
    /// 表单.
    Form,
    /// 已存筛选.
    Filters,
}

impl ScreenId {
    /// The main screens in the order of their number keys, with the action that opens each.
    pub const TABS: &[(Self, Action)] = &[
        (Self::Today, Action::GoToday),
        (Self::People, Action::GoPeople),
        (Self::Periods, Action::GoPeriods),
        (Self::Travel, Action::GoTravel),
        (Self::Training, Action::GoTraining),
        (Self::Computers, Action::GoComputers),
        (Self::Inspections, Action::GoInspections),
        (Self::Cases, Action::GoCases),
        (Self::Meeting, Action::GoMeeting),
        (Self::Journal, Action::GoJournal),
    ];

    /// Stable name: the keymap's scope and the locale key `screen.<code>.…`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::People => "people",
            Self::Periods => "periods",
            Self::Travel => "travel",
            Self::Training => "training",
            Self::Computers => "computers",
            Self::Device => "device",
            Self::Inspections => "inspections",
            Self::Checklist => "checklist",
            Self::Finding => "finding",
            Self::Cases => "cases",
            Self::Case => "case",
            Self::Meeting => "meeting",
            Self::Projector => "projector",
            Self::Journal => "journal",
            Self::Choices => "choices",
            Self::Accounts => "accounts",
            Self::Person => "person",
            Self::Help => "help",
            Self::Palette => "palette",
            Self::Menu => "menu",
            Self::Form => "form",
            Self::Filters => "filters",
        }
    }
}

/// How loud a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// For information.
    Plain,
    /// Done.
    Done,
    /// Refused or failed.
    Trouble,
}

/// What a screen wants done. One place executes it; what it fetched comes back as [`Input`].
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Go to a screen. Lists and Today replace each other and keep their state; a card and the overlays lie on top.
    /// Done by [`super::Desk`]; the driver never sees it.
    Go(Target),
    /// Take the top screen away. Done by [`super::Desk`].
    Back,
    /// Take the palette away and give the action chosen in it to the screen below. Done by [`super::Desk`].
    Chosen(Action),
    /// Show what can be done with these people; `part` is the trip or case under the cursor. Done by [`super::Desk`].
    Act {
        /// Who.
        persons: Vec<PersonId>,
        /// Which trip or case.
        part: Option<Part>,
    },
    /// Show what can be done with these rows of a list that is not about people, or with none. Done by [`super::Desk`].
    ActOn(View, Vec<Item>),
    /// Show what can be done with the account of this number, or, with 0, without one. Done by [`super::Desk`].
    ActOnAccount(u64),
    /// Ask for what a deed needs, in the menu's place. Done by [`super::Desk`].
    Fill {
        /// What is to be done.
        deed: Deed,
        /// With whom.
        persons: Vec<PersonId>,
        /// With which other records.
        items: Vec<Item>,
    },
    /// Read an inspection with everything beside its items; comes back as [`Input::Sheet`].
    FetchSheet(InspectionId),
    /// Read a person with everything the card shows; comes back as [`Input::Fetched`].
    Fetch(PersonId),
    /// Answer a question for a day; comes back as [`Input::Answer`].
    Ask {
        /// About whom.
        person: PersonId,
        /// What.
        question: Question,
        /// For which day.
        on: Date,
    },
    /// Read what the index does not hold, off the screen's thread; comes back as [`Input::Read`].
    Read(Read),
    /// Do it; comes back as [`Input::Committed`] or [`Input::Failed`].
    Commit(Box<Command>),
    /// Read the operator's saved filters again; they come back as [`Input::Filters`].
    ReadFilters,
    /// Keep a filter at its place, or take it away; comes back as [`Input::Filters`] or [`Input::Failed`].
    KeepFilter(u8, Option<SavedFilter>),
    /// Do it if the person's record still has this revision; else it is refused as stale.
    CommitOn {
        /// What.
        command: Box<Command>,
        /// Whose record the form was filled on.
        person: PersonId,
        /// Its revision then.
        revision: u64,
    },
    /// Something only the driver can do: change the language, paint again, suspend.
    Perform(Action),
    /// Show a sentence over the footer until the next key.
    Toast(Tone, String),
    /// End the program.
    Quit,
}

/// Everything the card shows, read in one go so that it is consistent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The record.
    pub person: Person,
    /// The unit whose pack and choices apply.
    pub unit: Unit,
    /// Level, state, period, clocks, duties.
    pub standing: Standing,
    /// The usual questions ([`usual_questions`]) with their answers for today, in that order.
    pub verdicts: Vec<(Question, Verdict)>,
    /// The chain of each open departure, trip and case: which part (`L1`, `T2`, `K1`) and its steps.
    pub chains: Vec<(String, Chain)>,
    /// Computers and media in the person's hands.
    pub held: Vec<Held>,
    /// The changes to this record, newest first.
    pub history: Vec<JournalPublic>,
}

/// What a screen reads. Nothing in it can be changed from a screen.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The day everything is judged by.
    pub today: Date,
    /// The real day; where it differs the header says so.
    pub real_today: Date,
    /// Sentences.
    pub texts: Texts,
    /// Colours and glyphs.
    pub theme: Theme,
    /// The keys of this session.
    pub keys: &'a Keymap,
    /// Everything lists and searches read, evaluated for `today`.
    pub index: &'a Index,
    /// The units of the register; names and packs are read from here.
    pub units: &'a [Unit],
    /// The packs, for titles and citations.
    pub packs: &'a Packs,
    /// What the units' packs leave open, with the state of each choice.
    pub choices: &'a [ChoiceState],
    /// Who works here.
    pub operator: &'a Operator,
    /// The accounts, for whoever may see them.
    pub accounts: &'a [Operator],
    /// The operator's saved filters.
    pub filters: &'a [SavedFilter],
    /// What the store says of itself.
    pub store: StoreState,
}

impl Context<'_> {
    /// Whether the index does not hold everybody yet: what it says of all of them would be wrong.
    pub const fn loading(&self) -> bool {
        matches!(self.store, StoreState::Loading { .. })
    }
}

/// What can be done now. The same list feeds footer, which-key box, help and palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AvailableAction {
    /// Which.
    pub action: Action,
    /// Whether it would do something now; what is not enabled is shown dimmed in the help and not in the footer.
    pub enabled: bool,
    /// Highest first in the footer; 0 shows it in the help only.
    pub priority: u8,
    /// Locale key of what it does here, where that is more than its usual label says.
    pub called: Option<&'static str>,
}

impl AvailableAction {
    /// An action that works now.
    pub const fn on(action: Action, priority: u8) -> Self {
        Self { action, enabled: true, priority, called: None }
    }

    /// An action that works when `enabled`.
    pub const fn when(action: Action, priority: u8, enabled: bool) -> Self {
        Self { action, enabled, priority, called: None }
    }

    /// Says by a locale key what it does here.
    #[must_use]
    pub const fn called(mut self, key: &'static str) -> Self {
        self.called = Some(key);
        self
    }

    /// The locale key of its label.
    pub const fn label_key(&self) -> &'static str {
        match self.called {
            Some(key) => key,
            None => self.action.label_key(),
        }
    }
}
