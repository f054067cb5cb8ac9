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

/// One line of a timeline; days are counted from any common day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What runs.
    pub label: String,
    /// First day; open where unknown.
    pub from: Option<i64>,
    /// Last day; open where unknown.
    pub until: Option<i64>,
    /// Behind the bar.
    pub note: String,
    /// How the bar looks.
    pub role: Role,
}

/// Lines for spans over a common time, with today as an upright stroke through all of them; `cells` wide.
pub fn timeline(spans: &[Span], today: i64, cells: u16, theme: Theme) -> Vec<Pieces> {
    let label = spans.iter().map(|s| width(&s.label)).max().unwrap_or(0).min(cells / 3);
    let note = spans.iter().map(|s| width(&s.note)).max().unwrap_or(0).min(cells * 3 / 5);
    let wide = cells.saturating_sub(label).saturating_sub(note).saturating_sub(4).min(60);
    let days: Vec<i64> = spans.iter().flat_map(|s| [s.from, s.until]).flatten().chain([today]).collect();
    let (Some(first), Some(last)) = (days.iter().min().copied(), days.iter().max().copied()) else { return Vec::new() };
    let total = (last - first).max(1);
    let cell = |day: i64| ((day - first).clamp(0, total) * i64::from(wide.saturating_sub(1)) / total) as u16;
    let draw = |span: &Span| -> Pieces {
        let mut out = vec![piece(padded(&span.label, label, theme), Role::Text), piece("  ", Role::Text)];
        if wide >= 8 {
            let (from, until) = (span.from.map_or(0, cell), span.until.map_or(wide.saturating_sub(1), cell));
            for x in 0..wide {
                let (glyph, role) = match x {
                    _ if x == cell(today) => (Glyph::Now, Role::Strong),
                    _ if x >= from && x <= until => (Glyph::Bar, span.role),
                    _ => (Glyph::BarRest, Role::BarRest),
                };
                match out.last_mut() {
                    Some(p) if p.role == role => p.text.push_str(theme.glyph(glyph)),
                    _ => out.push(piece(theme.glyph(glyph), role)),
                }
            }
            out.push(piece("  ", Role::Text));
        }
        out.push(piece(span.note.clone(), Role::Dim));
        out
    };
    spans.iter().map(draw).collect()
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
                note: "2027-03-15".into(),
                role: Role::Bar
            };
            3
        ];
        for w in 0..60 {
            for h in 0..20 {
                let area = Rect::new(0, 0, w, h);
                let mut buf = Buffer::empty(area);
                columns(&mut buf, area, &columns_, Theme::default());
                timeline(&spans, 500, w, Theme::PLAIN);
            }
        }
    }
}
