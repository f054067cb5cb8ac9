//! 今日: what needs somebody today. Counters, each of which opens its list already filtered; beside them the period ends
//! by month and the first people behind the counter under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::data::{self, Item};
use super::{AvailableAction, Context, Effect, Input, ScreenId, Target, words};
use crate::domain::{Date, DutyKind, PersonSummary, State as Standing, TripState};
use crate::keys::Action;
use crate::ui::chart::{self, bar};
use crate::ui::paint::{self, Pieces, line, piece, put, put_line};
use crate::ui::scroll::{Move, Scroll};
use crate::ui::theme::{Glyph, Role};

/// A question with a number.
struct Counter {
    /// Locale key `today.<key>`.
    key: &'static str,
    /// Begins a group: locale key `today.<group>`.
    group: Option<&'static str>,
    /// The list it opens; `None` for what is not a list of people.
    opens: Option<(ScreenId, &'static str)>,
    /// How many of a person's affairs count.
    count: fn(&PersonSummary, Date) -> usize,
    /// The day that matters most, for the preview.
    when: fn(&PersonSummary, Date) -> Option<Date>,
    /// How it looks when it is not nothing.
    role: Role,
}

/// Ends within so many days.
fn within(s: &PersonSummary, day: Date, days: i64) -> usize {
    usize::from(s.days_left(day).is_some_and(|left| (0..=days).contains(&left)))
}

fn last_day(s: &PersonSummary, _: Date) -> Option<Date> {
    s.period.as_ref().and_then(|p| p.last_day.or(p.earliest))
}

fn overdue(s: &PersonSummary, day: Date, of: fn(DutyKind) -> bool) -> usize {
    s.duties.iter().filter(|d| of(d.kind) && d.overdue(day)).count()
}

fn first_overdue(s: &PersonSummary, day: Date, of: fn(DutyKind) -> bool) -> Option<Date> {
    s.duties.iter().filter(|d| of(d.kind) && d.overdue(day)).map(|d| d.due).min()
}

const fn is_pledge(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::PledgeOnPost | DutyKind::YearlyStatement | DutyKind::PledgeOnLeaving)
}

const fn is_after_travel(kind: DutyKind) -> bool {
    matches!(kind, DutyKind::TravelReport | DutyKind::PapersBack)
}

const fn is_review(kind: DutyKind) -> bool {
    !kind.is_training() && !is_pledge(kind) && !is_after_travel(kind)
}

fn waiting(s: &PersonSummary) -> impl Iterator<Item = &crate::domain::summary::TripSummary> {
    s.trips.iter().filter(|t| t.state == TripState::Pending)
}

/// The counters, in the order they are shown.
const COUNTERS: [Counter; 11] = [
    Counter {
        key: "within_30",
        group: Some("periods"),
        opens: Some((ScreenId::Periods, "left<=30")),
        count: |s, d| within(s, d, 30),
        when: last_day,
        role: Role::Warn,
    },
    Counter {
        key: "within_60",
        group: None,
        opens: Some((ScreenId::Periods, "left<=60")),
        count: |s, d| within(s, d, 60),
        when: last_day,
        role: Role::Info,
    },
    Counter {
        key: "within_90",
        group: None,
        opens: Some((ScreenId::Periods, "left<=90")),
        count: |s, d| within(s, d, 90),
        when: last_day,
        role: Role::Info,
    },
    Counter {
        key: "ended",
        group: None,
        opens: Some((ScreenId::Periods, "state:ended")),
        count: |s, d| usize::from(s.state(d) == Standing::Ended),
        when: last_day,
        role: Role::Alarm,
    },
    Counter {
        key: "undetermined",
        group: None,
        opens: Some((ScreenId::Periods, "state:period end:none")),
        count: |s, d| {
            usize::from(s.state(d) == Standing::InPeriod && s.period.as_ref().is_none_or(|p| p.last_day.is_none()))
        },
        when: last_day,
        role: Role::Warn,
    },
    Counter {
        key: "travel_waiting",
        group: Some("travel"),
        opens: Some((ScreenId::Travel, "travel:pending")),
        count: |s, _| waiting(s).count(),
        when: |s, _| waiting(s).map(|t| t.depart_on).min(),
        role: Role::Alarm,
    },
    Counter {
        key: "after_travel",
        group: None,
        opens: Some((ScreenId::People, "duty:travel_report|papers_back")),
        count: |s, d| overdue(s, d, is_after_travel),
        when: |s, d| first_overdue(s, d, is_after_travel),
        role: Role::Warn,
    },
    Counter {
        key: "training_overdue",
        group: Some("duties"),
        opens: Some((ScreenId::Training, "train:overdue")),
        count: |s, d| overdue(s, d, DutyKind::is_training),
        when: |s, d| first_overdue(s, d, DutyKind::is_training),
        role: Role::Alarm,
    },
    Counter {
        key: "pledges",
        group: None,
        opens: Some((ScreenId::People, "pledge:overdue")),
        count: |s, d| overdue(s, d, is_pledge),
        when: |s, d| first_overdue(s, d, is_pledge),
        role: Role::Warn,
    },
    Counter {
        key: "reviews",
        group: None,
        opens: Some((ScreenId::People, "review:overdue")),
        count: |s, d| overdue(s, d, is_review),
        when: |s, d| first_overdue(s, d, is_review),
        role: Role::Warn,
    },
    Counter { key: "choices", group: Some("unit"), opens: None, count: |_, _| 0, when: |_, _| None, role: Role::Warn },
];

/// Months shown in the chart.
const MONTHS: usize = 12;

/// What the screen remembers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    scroll: Scroll,
    counts: Vec<usize>,
    months: Vec<u64>,
    /// The people behind the counter under the cursor, nearest day first.
    preview: Vec<(Option<Date>, Item)>,
    total: usize,
}

/// People shown beside a counter at most; no terminal has more lines.
const PREVIEW: usize = 60;

/// Counts again.
fn count(state: &mut State, cx: &Context) {
    state.total = cx.people.len();
    state.counts = COUNTERS.iter().map(|c| cx.people.iter().map(|s| (c.count)(s, cx.today)).sum()).collect();
    if let Some(last) = state.counts.last_mut() {
        *last = cx.choices.iter().filter(|c| c.owed && c.value.is_none()).count();
    }
    state.months = vec![0; MONTHS];
    for last in
        cx.people.iter().filter(|s| s.state(cx.today) == Standing::InPeriod).filter_map(|s| s.period.as_ref()?.last_day)
    {
        let ahead = month_number(last) - month_number(cx.today);
        if let Some(n) = usize::try_from(ahead).ok().and_then(|n| state.months.get_mut(n)) {
            *n += 1;
        }
    }
    preview(state, cx);
}

fn preview(state: &mut State, cx: &Context) {
    state.preview.clear();
    let Some(counter) = COUNTERS.get(state.scroll.at) else { return };
    let behind = cx.people.iter().enumerate().filter(|(_, s)| (counter.count)(s, cx.today) > 0);
    let item = |(row, s): (usize, &PersonSummary)| ((counter.when)(s, cx.today), Item { row, person: s.id, part: 0 });
    state.preview = behind.map(item).collect();
    state.preview.sort_by_key(|(day, i)| (day.is_none(), *day, i.person));
    state.preview.truncate(PREVIEW);
}

/// Months since year 0.
fn month_number(day: Date) -> i64 {
    use chrono::Datelike;
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

/// Takes in what came.
pub fn update(state: &mut State, input: Input, cx: &Context) -> Vec<Effect> {
    let step = match input {
        Input::Shown | Input::Refreshed | Input::Committed => {
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
            let opens = COUNTERS.get(state.scroll.at).and_then(|c| c.opens);
            return opens.map(|(id, query)| Effect::Go(Target::filtered(id, query))).into_iter().collect();
        }
        _ => return Vec::new(),
    };
    state.scroll.go(step, COUNTERS.len(), COUNTERS.len());
    preview(state, cx);
    Vec::new()
}

/// What can be done now.
pub fn keys(state: &State, _: &Context) -> Vec<AvailableAction> {
    let opens = COUNTERS.get(state.scroll.at).is_some_and(|c| c.opens.is_some());
    vec![
        AvailableAction::when(Action::Open, 100, opens),
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
    let theme = cx.theme;
    let wide = left_width(area.width).min(area.width);
    let roomy = area.height >= 30;
    let left = Rect { width: wide, ..area };
    counters(state, cx, left, roomy, buf);
    if area.width <= wide.saturating_add(20) {
        return None;
    }
    let x = area.x.saturating_add(wide);
    paint::upright(buf, Rect { x, ..area }, x, theme);
    let right = Rect { x: x.saturating_add(2), width: area.width.saturating_sub(wide).saturating_sub(3), ..area };
    let chart_height = (area.height * 2 / 5).clamp(7, 16).min(right.height);
    let top = Rect { height: chart_height, ..right };
    title(buf, top, &cx.texts.t("today.by_month"), cx);
    let inside = Rect { y: top.y.saturating_add(1), height: top.height.saturating_sub(1), ..top };
    chart::columns(buf, inside, &months(state, cx), theme);
    let below = Rect { y: top.bottom(), height: right.height.saturating_sub(chart_height), ..right };
    people(state, cx, below, buf);
    None
}

fn title(buf: &mut Buffer, area: Rect, text: &str, cx: &Context) {
    put(buf, area, area.x, area.y, text, area.width, cx.theme.style(Role::Section), cx.theme);
}

/// The columns of the chart: this month and the eleven that follow; the near ones stand out.
fn months(state: &State, cx: &Context) -> Vec<chart::Column> {
    let start = month_number(cx.today);
    let column = |(n, value): (usize, &u64)| {
        let number = start.saturating_add(n as i64);
        let month = number.rem_euclid(12) + 1;
        let group = (n == 0 || month == 1).then(|| number.div_euclid(12).to_string());
        let role = if n == 0 { Role::Warn } else { Role::Bar };
        chart::Column { label: format!("{month:02}"), group, value: *value, role }
    };
    state.months.iter().enumerate().map(column).collect()
}

/// The counters with their groups.
fn counters(state: &State, cx: &Context, area: Rect, roomy: bool, buf: &mut Buffer) {
    let theme = cx.theme;
    let label_width =
        COUNTERS.iter().map(|c| paint::width(&cx.texts.t(&format!("today.{}", c.key)))).max().unwrap_or(0);
    let max = state.counts.iter().copied().max().unwrap_or(0).max(1) as u64;
    let bar_room = area.width.saturating_sub(label_width).saturating_sub(14);
    // Groups are set apart by a blank line where there is room for all of them.
    let groups = COUNTERS.iter().filter(|c| c.group.is_some()).count() as u16;
    let lines = (COUNTERS.len() as u16).saturating_add(groups);
    let apart = lines.saturating_add(groups) <= area.height;
    let titled = lines <= area.height;
    let mut y = area.y;
    for (n, counter) in COUNTERS.iter().enumerate() {
        if let Some(group) = counter.group.filter(|_| titled) {
            if apart && (n > 0 || roomy) {
                y = y.saturating_add(1);
            }
            let name = cx.texts.t(&format!("today.{group}"));
            put(buf, area, area.x.saturating_add(1), y, &name, area.width, theme.style(Role::Section), theme);
            y = y.saturating_add(1);
        }
        let selected = n == state.scroll.at;
        let count = state.counts.get(n).copied().unwrap_or(0);
        let role = if count == 0 { Role::Dim } else { counter.role };
        let row = Rect { y, height: 1, ..area };
        if selected {
            paint::fill(buf, Rect { width: area.width.saturating_sub(1), ..row }, theme.style(Role::Selected));
            put(buf, row, area.x, y, theme.glyph(Glyph::Cursor), 1, theme.style(Role::Selected), theme);
        }
        let pick = |role: Role| theme.style(if selected { Role::Selected } else { role });
        let label = cx.texts.t(&format!("today.{}", counter.key));
        put(buf, row, area.x.saturating_add(2), y, &label, label_width, pick(Role::Text), theme);
        let number = if count == 0 { theme.glyph(Glyph::None).to_owned() } else { count.to_string() };
        let x = area.x.saturating_add(label_width).saturating_add(3);
        let indent = 5_u16.saturating_sub(paint::width(&number));
        let strong = if count == 0 { Role::Dim } else { Role::Strong };
        put(buf, row, x.saturating_add(indent), y, &number, 6, pick(strong), theme);
        let filled = bar(count as u64, max, bar_room, theme);
        put(buf, row, x.saturating_add(7), y, &filled, bar_room, pick(role), theme);
        y = y.saturating_add(1);
    }
}

/// The first people behind the counter under the cursor.
fn people(state: &State, cx: &Context, area: Rect, buf: &mut Buffer) {
    let Some(counter) = COUNTERS.get(state.scroll.at) else { return };
    if area.height < 2 {
        return;
    }
    title(buf, area, &cx.texts.t(&format!("today.{}", counter.key)), cx);
    let room = area.height.saturating_sub(1) as usize;
    let lines: Vec<Pieces> = if counter.opens.is_none() {
        choices(cx)
    } else if state.preview.is_empty() {
        vec![line(cx.texts.t("today.nobody"), Role::Dim)]
    } else {
        state.preview.iter().map(|(day, item)| preview_line(*day, *item, cx, area.width)).collect()
    };
    let more = lines.len() > room;
    let shown = if more { room.saturating_sub(1) } else { room };
    let mut y = area.y.saturating_add(1);
    for l in lines.iter().take(shown) {
        put_line(buf, area, area.x, y, l, area.width, None, cx.theme);
        y = y.saturating_add(1);
    }
    if more {
        let rest = cx.texts.fill("today.more", &[("n", lines.len().saturating_sub(shown).to_string())]);
        put_line(buf, area, area.x, y, &line(rest, Role::Dim), area.width, None, cx.theme);
    }
}

fn preview_line(day: Option<Date>, item: Item, cx: &Context, width: u16) -> Pieces {
    let Some(s) = data::summary(cx, item) else { return Vec::new() };
    let pad = |text: &str, cells: u16| {
        let (text, used) = paint::fit(text, cells, cx.theme);
        format!("{text}{}", " ".repeat(usize::from(cells.saturating_sub(used)) + 1))
    };
    let mut out = vec![piece(pad(&s.name, 8), Role::Strong)];
    if width >= 60 {
        out.push(piece(pad(&words::level(cx, s.level(cx.today)), 9), words::level_role(s.level(cx.today))));
        out.push(piece(pad(&s.department, 16), Role::Text));
    } else if width >= 34 {
        out.push(piece(pad(&s.department, 8), Role::Dim));
    }
    if let Some(day) = day {
        let role = words::urgency(cx, day);
        out.push(piece(format!("{day}  "), role));
        out.push(piece(words::distance(cx, day), role));
    }
    out
}

/// What the unit still owes a decision on.
fn choices(cx: &Context) -> Vec<Pieces> {
    let owed = cx.choices.iter().filter(|c| c.owed && c.value.is_none());
    let out: Vec<Pieces> = owed
        .map(|c| {
            vec![
                piece(words::choice(cx, &c.key), Role::Warn),
                piece(format!("  {}", words::cite(cx, &c.pack, &c.article)), Role::Dim),
            ]
        })
        .collect();
    if out.is_empty() { vec![line(cx.texts.t("today.nothing_owed"), Role::Dim)] } else { out }
}
