//! Small charts: bars along a line, columns by month, a timeline.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::paint::{Pieces, padded, piece, put, width};
use super::theme::{Glyph, Role, Theme};

/// A bar of `value` out of `max` in `cells` cells, in eighths of a cell where the terminal has block characters. A value
/// above nothing always shows something.
pub fn bar(value: u64, max: u64, cells: u16, theme: Theme) -> String {
    let cells = u64::from(cells);
    if max == 0 || value == 0 || cells == 0 {
        return String::new();
    }
    let value = value.min(max);
    if theme.ascii {
        let full = (u128::from(value) * u128::from(cells)).div_ceil(u128::from(max)).min(u128::from(cells));
        return theme.glyph(Glyph::Bar).repeat(full as usize);
    }
    let eighths = (u128::from(value) * u128::from(cells * 8) / u128::from(max)).max(1);
    let mut out = theme.glyph(Glyph::Bar).repeat((eighths / 8) as usize);
    out.push_str(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"].get((eighths % 8) as usize).copied().unwrap_or(""));
    out
}

/// One column of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Under the column, at most two cells.
    pub label: String,
    /// Under the label where a group begins, for example the year.
    pub group: Option<String>,
    /// Its height.
    pub value: u64,
    /// How it looks.
    pub role: Role,
}

/// Draws columns with their values on top and labels below; as many as fit.
pub fn columns(buf: &mut Buffer, area: Rect, columns: &[Column], theme: Theme) {
    if area.height < 4 || area.width < 4 {
        return;
    }
    let step = (area.width / (columns.len().max(1) as u16)).clamp(3, 7);
    let bar = step.saturating_sub(1).min(4);
    let rows = area.height.saturating_sub(3);
    let max = columns.iter().map(|c| c.value).max().unwrap_or(0).max(1);
    let base = area.y.saturating_add(rows);
    for (n, column) in columns.iter().enumerate() {
        let x = area.x.saturating_add((n as u16).saturating_mul(step));
        if x.saturating_add(bar) > area.right() {
            break;
        }
        let steps = theme.heights().len() as u64;
        let height = (column.value * u64::from(rows) * steps).div_ceil(max);
        for row in 0..rows {
            let own = height.saturating_sub(u64::from(row) * steps).min(steps);
            let Some(symbol) = own.checked_sub(1).and_then(|h| theme.heights().get(h as usize)) else { break };
            let y = base.saturating_sub(row);
            put(buf, area, x, y, &symbol.repeat(bar as usize), bar, theme.style(column.role), theme);
        }
        let filled = height.div_ceil(steps) as u16;
        let value = if column.value == 0 { theme.glyph(Glyph::None).to_owned() } else { column.value.to_string() };
        let above = if column.value == 0 { base } else { base.saturating_sub(filled) };
        let role = if column.value == 0 { Role::Rule } else { Role::Strong };
        put(
            buf,
            area,
            x.saturating_add(bar.saturating_sub(width(&value)) / 2),
            above,
            &value,
            bar.max(2),
            theme.style(role),
            theme,
        );
        put(buf, area, x, base.saturating_add(1), &column.label, bar.max(2), theme.style(Role::Dim), theme);
        if let Some(group) = &column.group {
            put(buf, area, x, base.saturating_add(2), group, area.width, theme.style(Role::Dim), theme);
        }
    }
}

/// One clock of a timeline; days are counted from any common day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What runs.
    pub label: String,
    /// First day; open where unknown.
    pub from: Option<i64>,
    /// Last day; open where unknown.
    pub until: Option<i64>,
    /// Below the bar: its days, what it rests on.
    pub note: Pieces,
    /// How the bar looks.
    pub role: Role,
}

/// What a timeline is measured by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// The day the upright stroke stands on.
    pub today: i64,
    /// What stands over it.
    pub label: String,
    /// Days with a name, earliest first; those without room are left out.
    pub ticks: Vec<(i64, String)>,
}

/// The least cells a bar is drawn in.
const LEAST_BAR: u16 = 10;

/// A ruler, then two lines a span: its bar over the common time with today as an upright stroke through all of them, and
/// its note. Each line says which span it belongs to. At most `cells` wide.
pub fn timeline(spans: &[Span], axis: &Axis, cells: u16, theme: Theme) -> Vec<(Option<usize>, Pieces)> {
    let label = spans.iter().map(|s| width(&s.label)).max().unwrap_or(0).min(cells / 3);
    let wide = cells.saturating_sub(label).saturating_sub(2);
    let days = || spans.iter().flat_map(|s| [s.from, s.until]).flatten().chain([axis.today]);
    let (Some(first), Some(last)) = (days().min(), days().max()) else { return Vec::new() };
    let total = (last - first).max(1);
    let cell = |day: i64| ((day - first).clamp(0, total) * i64::from(wide.saturating_sub(1)) / total) as u16;
    let mut out = Vec::new();
    if wide >= LEAST_BAR {
        let text = ruler(axis, first, last, cell, wide, theme);
        out.push((None, vec![piece(" ".repeat(usize::from(label) + 2), Role::Text), piece(text, Role::Dim)]));
    }
    for (n, span) in spans.iter().enumerate() {
        let mut row = vec![piece(padded(&span.label, label, theme), Role::Text), piece("  ", Role::Text)];
        if wide >= LEAST_BAR {
            bar_of(&mut row, span, cell(axis.today), cell, wide, theme);
        }
        out.push((Some(n), row));
        let need: u16 = span.note.iter().map(|p| width(&p.text)).sum();
        let indent = (label + 2).min(cells.saturating_sub(need));
        let mut note = vec![piece(" ".repeat(usize::from(indent)), Role::Text)];
        note.extend(span.note.iter().cloned());
        out.push((Some(n), note));
    }
    out
}

/// A bar with today in it; what has no known end runs on with an arrow.
fn bar_of(row: &mut Pieces, span: &Span, now: u16, cell: impl Fn(i64) -> u16, wide: u16, theme: Theme) {
    let end = wide.saturating_sub(1);
    let (from, until) = (span.from.map_or(0, &cell), span.until.map_or(end, &cell));
    for x in 0..wide {
        let (glyph, role) = match x {
            _ if x == now => (Glyph::Now, Role::Strong),
            _ if x == end && span.until.is_none() => (Glyph::Cursor, span.role),
            _ if x >= from && x <= until => (Glyph::Bar, span.role),
            _ => (Glyph::BarRest, Role::BarRest),
        };
        match row.last_mut() {
            Some(p) if p.role == role => p.text.push_str(theme.glyph(glyph)),
            _ => row.push(piece(theme.glyph(glyph), role)),
        }
    }
}

/// The line over the bars: today first, then as many names of days as have room.
fn ruler(axis: &Axis, first: i64, last: i64, cell: impl Fn(i64) -> u16, wide: u16, theme: Theme) -> String {
    let now = cell(axis.today);
    let sign = theme.glyph(Glyph::Down);
    let need = width(&axis.label).saturating_add(2);
    let right = now.saturating_add(need) <= wide;
    let today = if right { format!("{sign} {}", axis.label) } else { format!("{} {sign}", axis.label) };
    let at = if right { now } else { now.saturating_sub(need.saturating_sub(1)) };
    let mut placed = vec![(at, at.saturating_add(need), today)];
    for (day, text) in axis.ticks.iter().filter(|(d, _)| (first..=last).contains(d)) {
        let from = cell(*day);
        let to = from.saturating_add(width(text));
        if to <= wide && placed.iter().all(|(a, b, _)| to < *a || from > *b) {
            placed.push((from, to, text.clone()));
        }
    }
    placed.sort_by_key(|(from, ..)| *from);
    let mut out = String::new();
    for (from, _, text) in placed {
        let gap = from.saturating_sub(width(&out));
        out.push_str(&" ".repeat(usize::from(gap)));
        out.push_str(&text);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_their_cells_and_show_the_smallest_value() {
        let t = Theme::default();
        assert_eq!(bar(10, 10, 4, t), "████");
        assert_eq!(bar(1, 1000, 4, t), "▏");
        assert_eq!(bar(0, 10, 4, t), "");
        assert_eq!(bar(5, 0, 4, t), "");
        assert_eq!(bar(5, 10, 4, Theme::PLAIN), "##");
        assert_eq!(bar(1, 1000, 4, Theme::PLAIN), "#");
        assert_eq!(bar(u64::MAX, u64::MAX, 4, t).chars().count().min(4), 4);
    }

    #[test]
    fn charts_stand_every_size() {
        let columns_: Vec<Column> = (0..12)
            .map(|n| Column {
                label: format!("{n:02}"),
                group: (n == 3).then(|| "2027".into()),
                value: n * 7,
                role: Role::Bar,
            })
            .collect();
        let spans = vec![
            Span {
                label: "脱密期".into(),
                from: None,
                until: Some(900),
                note: vec![piece("2027-03-15", Role::Dim)],
                role: Role::Bar
            };
            3
        ];
        let axis = Axis { today: 500, label: "今天".into(), ticks: vec![(0, "2026".into()), (365, "2027".into())] };
        for w in 0..60 {
            for h in 0..20 {
                let area = Rect::new(0, 0, w, h);
                let mut buf = Buffer::empty(area);
                columns(&mut buf, area, &columns_, Theme::default());
                timeline(&spans, &axis, w, Theme::PLAIN);
            }
        }
    }

    #[test]
    fn a_timeline_shows_today_the_ends_and_what_is_open() {
        let span = |from, until| Span { label: "x".into(), from, until, note: Vec::new(), role: Role::Bar };
        let axis = Axis { today: 50, label: "today".into(), ticks: vec![(0, "A".into()), (52, "B".into())] };
        let lines = timeline(&[span(Some(0), Some(100)), span(Some(60), None)], &axis, 24, Theme::PLAIN);
        let text: Vec<String> =
            lines.iter().map(|(_, l)| l.iter().map(|p| p.text.as_str()).collect::<String>()).collect();
        // The name of a day under today's own is left out, one before it stays.
        assert_eq!(text[0], "   A         v today");
        assert_eq!(text[1], "x  ##########|##########");
        assert_eq!(text[3], "x  ..........|.########>");
        assert_eq!(lines.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [None, Some(0), Some(0), Some(1), Some(1)]);
    }
}
