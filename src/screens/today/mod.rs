//! 今日: what needs somebody today. Counters, each of which opens its list already filtered; beside them the period ends
//! by month and the first people behind the counter under the cursor.

mod desk;
mod rows;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data;
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target};
use crate::domain::DutyKind;
use crate::index::{Item, View};
use crate::keys::Action;
use crate::rules::answer::ChoiceState;
use crate::ui::chart::{self, bar};
use crate::ui::paint::{self, Pieces, line, put, put_line};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// A question with a number. Its label is `today.<key>`, the filter it opens its list with `today_filter.<key>`.
struct Counter {
    /// Its name.
    key: &'static str,
    /// Begins a group: locale key `today.<group>`.
    group: Option<&'static str>,
    /// The list it opens; `None` for what is not a list of people.
    opens: Option<(ScreenId, View)>,
    /// How it looks when it is not nothing.
    role: Role,
    /// Which duties it is about.
    duties: fn(DutyKind) -> bool,
}

const fn counter(
    group: Option<&'static str>,
    key: &'static str,
    opens: Option<(ScreenId, View)>,
    role: Role,
) -> Counter {
    Counter { key, group, opens, role, duties: |_| false }
}

impl Counter {
    const fn of(mut self, duties: fn(DutyKind) -> bool) -> Self {
        self.duties = duties;
        self
    }
}

const PERIODS: Option<(ScreenId, View)> = Some((ScreenId::Periods, View::Periods));
const TRAVEL: Option<(ScreenId, View)> = Some((ScreenId::Travel, View::Travel));
const TRAINING: Option<(ScreenId, View)> = Some((ScreenId::Training, View::Trainings));
const PEOPLE: Option<(ScreenId, View)> = Some((ScreenId::People, View::People));
const FINDINGS: Option<(ScreenId, View)> = Some((ScreenId::Inspections, View::Findings));
const DUE: Option<(ScreenId, View)> = Some((ScreenId::Inspections, View::Due));

/// The counters, in the order they are shown.
const COUNTERS: [Counter; 17] = [
    counter(Some("periods"), "within_30", PERIODS, Role::Warn),
    counter(None, "within_60", PERIODS, Role::Info),
    counter(None, "within_90", PERIODS, Role::Info),
    counter(None, "ended", PERIODS, Role::Alarm),
    counter(None, "undetermined", PERIODS, Role::Warn),
    counter(Some("travel"), "travel_mine", TRAVEL, Role::Alarm),
    counter(None, "travel_others", TRAVEL, Role::Info),
    counter(None, "after_travel", TRAVEL, Role::Warn),
    counter(None, "papers_back", PEOPLE, Role::Warn).of(|k| matches!(k, DutyKind::PapersBack)),
    counter(Some("duties"), "training_overdue", TRAINING, Role::Alarm).of(DutyKind::is_training),
    counter(None, "pledges", PEOPLE, Role::Warn).of(is_pledge),
    counter(None, "reviews", PEOPLE, Role::Warn).of(is_review),
    counter(None, "filing", PEOPLE, Role::Warn).of(|k| matches!(k, DutyKind::Filing)),
    counter(Some("inspections"), "findings_overdue", FINDINGS, Role::Alarm),
    counter(None, "machines_due", DUE, Role::Warn),
    counter(Some("unit"), "differs", PEOPLE, Role::Warn),
    counter(None, "choices", None, Role::Warn),
];

const fn is_pledge(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::PledgeOnPost | DutyKind::YearlyStatement | DutyKind::PledgeOnLeaving)
}

const fn is_review(kind: DutyKind) -> bool {
    use DutyKind::{Assessment, JointCheck, ReReview, ReviewBeforePost};
    matches!(kind, ReviewBeforePost | ReReview | Assessment | JointCheck)
}

/// Months shown in the chart.
const MONTHS: usize = 12;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    scroll: Scroll,
    counts: Vec<usize>,
    months: Vec<((i32, u32), usize)>,
    /// The counter under the cursor first, then the three questions: the rows behind each, in the order of their lists.
    previews: Vec<(usize, Vec<Item>)>,
    /// The rows behind every counter that was looked at since they were counted.
    known: Vec<(usize, Vec<Item>)>,
}

/// Whose period ends, which requests wait, whose training is overdue: their places among the counters.
const fn questions(mine: usize) -> [usize; 3] {
    // Where nothing waits for the one who looks, what waits for others is of more use.
    [0, if mine == 0 { TRAVEL_MINE + 1 } else { TRAVEL_MINE }, 9]
}

/// The place of the requests that wait for the one who looks; those that wait for others come next.
const TRAVEL_MINE: usize = 5;

/// Rows shown beside a counter at most; no terminal has more lines.
const PREVIEW: usize = 60;

/// The filter a counter opens its list with.
fn filter(counter: &Counter, cx: &Context) -> String {
    cx.texts.get(&format!("today_filter.{}", counter.key)).unwrap_or_default().to_owned()
}

/// Counts again.
fn count(state: &mut State, cx: &Context) {
    if cx.loading() {
        // A part of them would look like all.
        *state = State { scroll: state.scroll, ..State::default() };
        return;
    }
    let number = |c: &Counter| match c.opens {
        Some((_, view)) => data::count(cx, view, &filter(c, cx)),
        None => owed(cx).count(),
    };
    state.counts = COUNTERS.iter().map(number).collect();
    state.months = cx.index.ends_by_month(MONTHS);
    state.known.clear();
    preview(state, cx);
}

/// Takes the rows behind the counter under the cursor, and behind the three questions, which stay where there is room.
fn preview(state: &mut State, cx: &Context) {
    if cx.loading() {
        return;
    }
    let here = state.scroll.at;
    let mine = state.counts.get(TRAVEL_MINE).copied().unwrap_or(0);
    let wanted = std::iter::once(here).chain(questions(mine).into_iter().filter(|n| *n != here));
    let mut rows = |n: usize| {
        let known = state.known.iter().find(|(of, _)| *of == n).map(|(_, items)| items.clone());
        known.unwrap_or_else(|| {
            let items = behind(n, cx);
            state.known.push((n, items.clone()));
            items
        })
    };
    state.previews = wanted.map(|n| (n, rows(n))).collect();
}

/// The rows behind a counter.
fn behind(n: usize, cx: &Context) -> Vec<Item> {
    let Some(counter) = COUNTERS.get(n) else { return Vec::new() };
    let Some((_, view)) = counter.opens else { return Vec::new() };
    let Ok(query) = data::read_about(cx, &filter(counter, cx), view.into()) else { return Vec::new() };
    let mut items = data::list(cx, view, &query, None).items;
    items.truncate(PREVIEW);
    items
}

/// The choices the units still owe.
fn owed<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a ChoiceState> {
    cx.choices.iter().filter(|c| c.owed && c.value.is_none())
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    if desk::is_it(cx) {
        return desk::update(&mut state.scroll, &input, cx);
    }
    let step = match input {
        Input::Shown | Input::Refreshed | Input::Committed(..) => {
            count(state, cx);
            return Vec::new();
        }
        Input::Action(Action::Up) => Move::Up,
        Input::Action(Action::Down) => Move::Down,
        Input::Action(Action::PageUp | Action::First) => Move::First,
        Input::Action(Action::PageDown | Action::Last) => Move::Last,
        Input::Action(Action::Filter) => {
            return vec![Effect::Go(Target { typing: true, ..Target::filtered(ScreenId::People, "") })];
        }
        Input::Action(Action::Open) => {
            let counter = COUNTERS.get(state.scroll.at);
            let target = counter.map(|c| match c.opens {
                Some((id, view)) => Target::viewed(id, view, filter(c, cx)),
                None => Target::screen(ScreenId::Choices),
            });
            return target.map(Effect::Go).into_iter().collect();
        }
        _ => return Vec::new(),
    };
    state.scroll.go(step, COUNTERS.len(), COUNTERS.len());
    preview(state, cx);
    Vec::new()
}

/// What can be done now.
pub fn keys(_: &State, cx: &Context) -> Vec<AvailableAction> {
    if desk::is_it(cx) {
        return desk::keys(cx);
    }
    vec![
        AvailableAction::on(Action::Open, 100),
        AvailableAction::on(Action::Filter, 95),
        AvailableAction::on(Action::Up, 60),
        AvailableAction::on(Action::Down, 60),
    ]
}

/// Cells of the column of counters.
const fn left_width(width: u16) -> u16 {
    if width >= 140 {
        54
    } else if width >= 100 {
        44
    } else {
        38
    }
}

/// Draws.
pub fn view(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) -> Option<Position> {
    if desk::is_it(cx) {
        return desk::view(state.scroll, cx, area, buf);
    }
    let theme = cx.theme;
    let wide = left_width(area.width).min(area.width);
    let roomy = area.height >= 30;
    let left = Rect { width: wide, ..area };
    let at = counters(state, cx, left, roomy, buf);
    if area.width <= wide.saturating_add(20) {
        return at;
    }
    let x = area.x.saturating_add(wide);
    paint::upright(buf, Rect { x, ..area }, x, theme);
    let right = Rect { x: x.saturating_add(2), width: area.width.saturating_sub(wide).saturating_sub(3), ..area };
    let chart_height = (area.height * 2 / 5).clamp(7, 13).min(right.height);
    let top = Rect { height: chart_height, ..right };
    title(buf, top, &cx.texts.t("today.by_month"), cx);
    let inside = Rect { y: top.y.saturating_add(1), height: top.height.saturating_sub(1), ..top };
    chart::columns(buf, inside, &months(state), theme);
    let mut below = Rect { y: top.bottom(), height: right.height.saturating_sub(chart_height), ..right };
    // The counter under the cursor takes what it needs and leaves the rest to the other questions.
    for (n, items) in &state.previews {
        if below.height < 3 {
            break;
        }
        let need = (items.len() as u16).clamp(1, 12).saturating_add(2);
        let height = if area.height < 36 { below.height } else { need.min(below.height) };
        people(state, *n, items, cx, Rect { height, ..below }, buf);
        below = Rect { y: below.y.saturating_add(height), height: below.height.saturating_sub(height), ..below };
    }
    at
}

fn title(buf: &mut Buffer, area: Rect, text: &str, cx: &Context) {
    put(buf, area, area.x, area.y, text, area.width, cx.theme.style(Role::Section), cx.theme);
}

/// The columns of the chart: this month and the eleven that follow; the near ones stand out.
fn months(state: &State) -> Vec<chart::Column> {
    let column = |(n, ((year, month), value)): (usize, &((i32, u32), usize))| {
        // Two years side by side would be written over each other: the new one says where the months belong.
        let turns = state.months.get(1).is_some_and(|((next, _), _)| next != year);
        let group = ((n == 0 && !turns) || *month == 1).then(|| year.to_string());
        let role = if n == 0 { Role::Warn } else { Role::Bar };
        chart::Column { label: format!("{month:02}"), group, value: *value as u64, role }
    };
    state.months.iter().enumerate().map(column).collect()
}

/// A line of the column of counters.
enum Line {
    Blank,
    Group(&'static str),
    Counter(usize),
}

/// Groups whose counters say by themselves what they are about, the first to lose its heading where lines are few.
const PLAIN: [&str; 3] = ["unit", "inspections", "duties"];

/// The lines of the column: groups are set apart by a blank line where there is room for all of them.
fn lines(height: u16, roomy: bool) -> Vec<Line> {
    let groups = COUNTERS.iter().filter(|c| c.group.is_some()).count();
    let apart = COUNTERS.len() + 2 * groups <= usize::from(height);
    let short = (COUNTERS.len() + groups).saturating_sub(usize::from(height)).min(PLAIN.len());
    let bare = PLAIN.get(..short).unwrap_or_default();
    let mut out = Vec::new();
    for (n, counter) in COUNTERS.iter().enumerate() {
        if let Some(group) = counter.group {
            if apart && (n > 0 || roomy) {
                out.push(Line::Blank);
            }
            if !bare.contains(&group) {
                out.push(Line::Group(group));
            }
        }
        out.push(Line::Counter(n));
    }
    out
}

/// Draws the counters, scrolled so that the one under the cursor is seen; gives its place.
fn counters(state: &State, cx: &Context, area: Rect, roomy: bool, buf: &mut Buffer) -> Option<Position> {
    let theme = cx.theme;
    let lines = lines(area.height, roomy);
    let page = usize::from(area.height);
    let here = lines.iter().position(|l| matches!(l, Line::Counter(n) if *n == state.scroll.at)).unwrap_or(0);
    let first = here.saturating_sub(page / 2).min(lines.len().saturating_sub(page));
    let mut at = None;
    for (l, y) in lines.iter().skip(first).zip(area.y..area.bottom()) {
        match l {
            Line::Blank => {}
            Line::Group(group) => {
                let name = cx.texts.t(&format!("today.{group}"));
                put(buf, area, area.x.saturating_add(1), y, &name, area.width, theme.style(Role::Section), theme);
            }
            Line::Counter(n) => {
                counter_line(state, *n, cx, Rect { y, height: 1, ..area }, buf);
                at = at.or((*n == state.scroll.at).then_some(Position::new(area.x, y)));
            }
        }
    }
    let edge = area.right().saturating_sub(2);
    for (more, y) in [(first > 0, area.y), (first + page < lines.len(), area.bottom().saturating_sub(1))] {
        if more {
            put(buf, area, edge, y, theme.glyph(Glyph::More), 1, theme.style(Role::Key), theme);
        }
    }
    at
}

/// One counter: label, number, bar.
fn counter_line(state: &State, n: usize, cx: &Context, row: Rect, buf: &mut Buffer) {
    let theme = cx.theme;
    let Some(counter) = COUNTERS.get(n) else { return };
    let label_width =
        COUNTERS.iter().map(|c| paint::width(&cx.texts.t(&format!("today.{}", c.key)))).max().unwrap_or(0);
    let max = state.counts.iter().copied().max().unwrap_or(0).max(1) as u64;
    let bar_room = row.width.saturating_sub(label_width).saturating_sub(14);
    let known = state.counts.get(n).copied();
    let count = known.unwrap_or(0);
    let role = if count == 0 { Role::Dim } else { counter.role };
    // The mark alone moves, as in lists: a row drawn anew for it costs a slow line twice as much.
    if n == state.scroll.at {
        put(buf, row, row.x, row.y, theme.glyph(Glyph::Cursor), 1, theme.style(Role::Selected), theme);
    }
    let label = cx.texts.t(&format!("today.{}", counter.key));
    put(buf, row, row.x.saturating_add(2), row.y, &label, label_width, theme.style(Role::Text), theme);
    let number = match known {
        None => theme.glyph(Glyph::Cut).to_owned(),
        Some(0) => theme.glyph(Glyph::None).to_owned(),
        Some(count) => count.to_string(),
    };
    let x = row.x.saturating_add(label_width).saturating_add(3);
    let indent = 5_u16.saturating_sub(paint::width(&number));
    let strong = if count == 0 { Role::Dim } else { Role::Strong };
    put(buf, row, x.saturating_add(indent), row.y, &number, 6, theme.style(strong), theme);
    let filled = bar(count as u64, max, bar_room, theme);
    put(buf, row, x.saturating_add(7), row.y, &filled, bar_room, theme.style(role), theme);
}

/// The first people behind a counter.
fn people(state: &State, n: usize, items: &[Item], cx: &Context, area: Rect, buf: &mut Buffer) {
    let Some(counter) = COUNTERS.get(n) else { return };
    title(buf, area, &cx.texts.t(&format!("today.{}", counter.key)), cx);
    let lines: Vec<Pieces> = if counter.opens.is_none() {
        rows::choices(owed(cx), cx)
    } else if items.is_empty() {
        vec![line(cx.texts.t("today.nobody"), Role::Dim)]
    } else {
        items.iter().map(|item| rows::line_of(*item, counter.duties, cx, area.width)).collect()
    };
    let room = area.height.saturating_sub(1) as usize;
    let more = lines.len() > room;
    let shown = if more { room.saturating_sub(1) } else { room };
    let mut y = area.y.saturating_add(1);
    for l in lines.iter().take(shown) {
        put_line(buf, area, area.x, y, l, area.width, None, cx.theme);
        y = y.saturating_add(1);
    }
    if more {
        let all = state.counts.get(n).copied().unwrap_or(0).max(lines.len());
        let more = if COUNTERS.get(n).is_some_and(|c| c.opens.is_none()) { "today.more_choices" } else { "today.more" };
        let rest = cx.texts.fill(more, &[("n", all.saturating_sub(shown).to_string())]);
        put_line(buf, area, area.x, y, &line(rest, Role::Dim), area.width, None, cx.theme);
    }
}
