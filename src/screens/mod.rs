//! The screens. One file each, all of the same shape:
//!
//! ```text
//! pub struct State { /* plain data */ }
//! pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect>;
//! pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position>;   // the caret
//! pub fn keys(state: &State, cx: &Context) -> Vec<AvailableAction>;                             // what works now
//! ```
//!
//! How to add a screen: a file with these four; a variant in [`ScreenId`] and in [`Screen`], which the compiler then asks
//! for in the matches below; its sentences under `screen.<code>` in both languages; a line in the size test.
//!
//! [`Desk`] is the stack of screens: it routes what comes in and does the navigating effects itself.

mod accounts;
mod ask;
mod card;
mod case;
mod cases;
mod checklist;
mod choices;
mod computers;
pub mod contract;
mod data;
pub mod deed;
mod desk;
mod detail;
mod device;
mod entries;
mod explain;
mod filter;
pub mod filters;
mod finding;
mod form;
mod header;
mod help;
mod inspections;
mod journal;
mod list;
mod meeting;
mod menu;
mod palette;
mod people;
mod periods;
mod person;
mod projector;
mod reading;
mod reason;
mod records;
mod sheet;
mod target;
mod today;
mod training;
mod travel;
mod words;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

pub use contract::*;
pub use desk::{Chrome, Desk};
pub use form::sentence as refusal_sentence;

use crate::domain::PersonId;
use crate::keys::Scope;

/// A screen with its state.
#[derive(Debug, Clone, PartialEq)]
pub enum Screen {
    /// 今日.
    Today(today::State),
    /// 人员.
    People(people::State),
    /// 脱密期.
    Periods(periods::State),
    /// 出境.
    Travel(travel::State),
    /// 培训.
    Training(training::State),
    /// 计算机.
    Computers(computers::State),
    /// 设备档案.
    Device(Box<device::State>),
    /// 事项.
    Cases(cases::State),
    /// 办理单.
    Case(Box<case::State>),
    /// 会议.
    Meeting(Box<meeting::State>),
    /// 投影.
    Projector(Box<projector::State>),
    /// 检查.
    Inspections(Box<inspections::State>),
    /// 检查表.
    Checklist(Box<checklist::State>),
    /// 问题.
    Finding(finding::State),
    /// 日志.
    Journal(Box<journal::State>),
    /// 单位待定事项.
    Choices(choices::State),
    /// 账号.
    Accounts(accounts::State),
    /// 档案.
    Person(Box<person::State>),
    /// 按键.
    Help(help::State),
    /// 命令面板.
    Palette(palette::State),
    /// 办理.
    Menu(menu::State),
    /// 表单.
    Form(Box<form::State>),
    /// 已存筛选.
    Filters(filters::State),
}

impl Screen {
    /// Which.
    pub const fn id(&self) -> ScreenId {
        match self {
            Self::Today(_) => ScreenId::Today,
            Self::People(_) => ScreenId::People,
            Self::Periods(_) => ScreenId::Periods,
            Self::Travel(_) => ScreenId::Travel,
            Self::Training(_) => ScreenId::Training,
            Self::Computers(_) => ScreenId::Computers,
            Self::Device(_) => ScreenId::Device,
            Self::Cases(_) => ScreenId::Cases,
            Self::Case(_) => ScreenId::Case,
            Self::Meeting(_) => ScreenId::Meeting,
            Self::Projector(_) => ScreenId::Projector,
            Self::Inspections(_) => ScreenId::Inspections,
            Self::Checklist(_) => ScreenId::Checklist,
            Self::Finding(_) => ScreenId::Finding,
            Self::Journal(_) => ScreenId::Journal,
            Self::Choices(_) => ScreenId::Choices,
            Self::Accounts(_) => ScreenId::Accounts,
            Self::Person(_) => ScreenId::Person,
            Self::Help(_) => ScreenId::Help,
            Self::Palette(_) => ScreenId::Palette,
            Self::Menu(_) => ScreenId::Menu,
            Self::Form(_) => ScreenId::Form,
            Self::Filters(_) => ScreenId::Filters,
        }
    }

    /// Whom it shows, where it shows one person.
    pub(super) const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Person(s) => Some(s.id),
            Self::Case(s) => Some(s.person),
            Self::Projector(s) => Some(s.person),
            _ => None,
        }
    }

    /// Takes in what came and says what it wants done.
    pub fn update(&mut self, input: Input, cx: &Context) -> Vec<Effect> {
        match self {
            Self::Today(s) => today::update(s, input, cx),
            Self::People(s) => people::update(s, input, cx),
            Self::Periods(s) => periods::update(s, input, cx),
            Self::Travel(s) => travel::update(s, input, cx),
            Self::Training(s) => training::update(s, input, cx),
            Self::Computers(s) => computers::update(s, input, cx),
            Self::Device(s) => device::update(s, input, cx),
            Self::Cases(s) => cases::update(s, input, cx),
            Self::Case(s) => case::update(s, input, cx),
            Self::Meeting(s) => meeting::update(s, input, cx),
            Self::Projector(s) => projector::update(s, input, cx),
            Self::Inspections(s) => inspections::update(s, input, cx),
            Self::Checklist(s) => checklist::update(s, input, cx),
            Self::Finding(s) => finding::update(s, input, cx),
            Self::Journal(s) => journal::update(s, input, cx),
            Self::Choices(s) => choices::update(s, input, cx),
            Self::Accounts(s) => accounts::update(s, input, cx),
            Self::Person(s) => person::update(s, input, cx),
            Self::Help(s) => help::update(s, input, cx),
            Self::Palette(s) => palette::update(s, input, cx),
            Self::Menu(s) => menu::update(s, input, cx),
            Self::Form(s) => form::update(s, input, cx),
            Self::Filters(s) => filters::update(s, input, cx),
        }
    }

    /// Draws into `area`, which lies inside `buf`; the caret, where there is one.
    pub fn view(&self, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
        match self {
            Self::Today(s) => today::view(s, cx, area, buf),
            Self::People(s) => people::view(s, cx, area, buf),
            Self::Periods(s) => periods::view(s, cx, area, buf),
            Self::Travel(s) => travel::view(s, cx, area, buf),
            Self::Training(s) => training::view(s, cx, area, buf),
            Self::Computers(s) => computers::view(s, cx, area, buf),
            Self::Device(s) => device::view(s, cx, area, buf),
            Self::Cases(s) => cases::view(s, cx, area, buf),
            Self::Case(s) => case::view(s, cx, area, buf),
            Self::Meeting(s) => meeting::view(s, cx, area, buf),
            Self::Projector(s) => projector::view(s, cx, area, buf),
            Self::Inspections(s) => inspections::view(s, cx, area, buf),
            Self::Checklist(s) => checklist::view(s, cx, area, buf),
            Self::Finding(s) => finding::view(s, cx, area, buf),
            Self::Journal(s) => journal::view(s, cx, area, buf),
            Self::Choices(s) => choices::view(s, cx, area, buf),
            Self::Accounts(s) => accounts::view(s, cx, area, buf),
            Self::Person(s) => person::view(s, cx, area, buf),
            Self::Help(s) => help::view(s, cx, area, buf),
            Self::Palette(s) => palette::view(s, cx, area, buf),
            Self::Menu(s) => menu::view(s, cx, area, buf),
            Self::Form(s) => form::view(s, cx, area, buf),
            Self::Filters(s) => filters::view(s, cx, area, buf),
        }
    }

    /// What can be done now.
    pub fn keys(&self, cx: &Context) -> Vec<AvailableAction> {
        match self {
            Self::Today(s) => today::keys(s, cx),
            Self::People(s) => people::keys(s, cx),
            Self::Periods(s) => periods::keys(s, cx),
            Self::Travel(s) => travel::keys(s, cx),
            Self::Training(s) => training::keys(s, cx),
            Self::Computers(s) => computers::keys(s, cx),
            Self::Device(s) => device::keys(s, cx),
            Self::Cases(s) => cases::keys(s, cx),
            Self::Case(s) => case::keys(s, cx),
            Self::Meeting(s) => meeting::keys(s, cx),
            Self::Projector(s) => projector::keys(s, cx),
            Self::Inspections(s) => inspections::keys(s, cx),
            Self::Checklist(s) => checklist::keys(s, cx),
            Self::Finding(s) => finding::keys(s, cx),
            Self::Journal(s) => journal::keys(s, cx),
            Self::Choices(s) => choices::keys(s, cx),
            Self::Accounts(s) => accounts::keys(s, cx),
            Self::Person(s) => person::keys(s, cx),
            Self::Help(s) => help::keys(s, cx),
            Self::Palette(s) => palette::keys(s, cx),
            Self::Menu(s) => menu::keys(s, cx),
            Self::Form(s) => form::keys(s, cx),
            Self::Filters(s) => filters::keys(s, cx),
        }
    }

    /// Whether a text field has the focus: printable characters are then [`Input::Typed`].
    pub fn typing(&self) -> bool {
        match self {
            Self::People(s) => s.typing(),
            Self::Periods(s) => s.typing(),
            Self::Travel(s) => s.typing(),
            Self::Training(s) => s.typing(),
            Self::Computers(s) => s.typing(),
            Self::Cases(s) => s.typing(),
            Self::Meeting(s) => s.typing(),
            Self::Inspections(s) => s.typing(),
            Self::Checklist(s) => s.typing(),
            Self::Journal(s) => s.typing(),
            Self::Form(s) => s.typing(),
            Self::Filters(s) => s.typing(),
            Self::Palette(_) | Self::Menu(_) => true,
            Self::Person(s) => s.typing(),
            Self::Today(_)
            | Self::Finding(_)
            | Self::Case(_)
            | Self::Projector(_)
            | Self::Device(_)
            | Self::Choices(_)
            | Self::Accounts(_)
            | Self::Help(_) => false,
        }
    }

    /// Whether it takes the whole terminal, so that nothing else is seen.
    pub const fn bare(&self) -> bool {
        matches!(self, Self::Projector(_))
    }

    /// Whether a key must wait until its meaning is known.
    pub const fn holding(&self) -> bool {
        match self {
            Self::Checklist(s) => s.holding(),
            Self::Form(s) => s.holding(),
            Self::Person(s) => s.holding(),
            Self::Projector(s) => s.holding(),
            Self::Device(s) => s.holding(),
            Self::Journal(s) => s.holding(),
            _ => false,
        }
    }

    /// Whether Esc leaves it though it holds the keys: what was struck on a checklist is an answer, and waits its turn.
    pub const fn lets_go(&self) -> bool {
        !matches!(self, Self::Checklist(_))
    }

    /// The filter of a list, if there is one.
    pub fn filter(&self) -> Option<(ScreenId, String)> {
        let text = match self {
            Self::People(s) => s.filter(),
            Self::Periods(s) => s.filter(),
            Self::Travel(s) => s.filter(),
            Self::Training(s) => s.filter(),
            Self::Computers(s) => s.filter(),
            Self::Cases(s) => s.filter(),
            _ => "",
        };
        Some((self.id(), text.trim().to_owned())).filter(|(_, text)| !text.is_empty())
    }

    /// The scopes that hear keys, the first one first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self {
            Self::Palette(_) | Self::Menu(_) => &[Scope::Text, Scope::Popup],
            Self::Checklist(s) if s.typing() => &[Scope::Text, Scope::Popup],
            Self::Checklist(s) if s.choosing() => &[Scope::Popup],
            Self::Checklist(_) => &[Scope::Checklist, Scope::Global],
            Self::Filters(s) => s.scopes(),
            Self::Form(s) if s.conflicts() => &[Scope::Conflict, Scope::Popup],
            Self::Form(s) if s.over() => &[Scope::Popup],
            Self::Form(s) if s.typing() => &[Scope::Text, Scope::Form],
            Self::Form(_) => &[Scope::Form],
            Self::Person(s) if s.typing() => &[Scope::Text, Scope::Form],
            _ if self.typing() => &[Scope::Text, Scope::List],
            Self::Help(_) => &[Scope::Popup, Scope::Global],
            Self::Journal(s) if s.reading() => &[Scope::Popup, Scope::Global],
            Self::Person(_) | Self::Projector(_) => &[Scope::Person, Scope::Global],
            Self::Meeting(_) => &[Scope::Meeting, Scope::List, Scope::Global],
            Self::Inspections(_) => &[Scope::Inspections, Scope::List, Scope::Global],
            _ => &[Scope::List, Scope::Global],
        }
    }
}
