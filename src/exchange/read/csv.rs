//! Separated text: comma, semicolon or tab; quotes; any line ends.

use csv::{ReaderBuilder, StringRecord};

use super::super::sheet::{Cell, Sheet, Workbook};
use super::{MOST_CELLS, bad, encoding};
use crate::error::Error;

/// Longest cell of a spreadsheet, in characters.
const LONGEST: usize = 32_767;

pub(super) fn read(bytes: Vec<u8>, name: &str) -> Result<Workbook, Error> {
    let (text, encoding) = encoding::decode(bytes)?;
    let text = line_ends(text);
    if let Some(line) = open_quote(&text) {
        return Err(bad("import_open_quote").with("line", line));
    }
    let (separator, body) = separator(&text);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(body.as_bytes());
    let mut sheet = Sheet::new(name);
    // The row as a spreadsheet program would number it: blank lines count, line ends inside quotes do not.
    let first = u64::from(body.len() != text.len());
    let mut inside = 0_u64;
    let mut cells = 0;
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(|_| bad("import_damaged"))? {
        // The reader stands behind the record's line end; a record's own position would be before the blank lines above it.
        let ends = record.iter().map(|f| f.bytes().filter(|b| *b == b'\n').count() as u64).sum::<u64>();
        let line = reader.position().line().saturating_sub(1 + ends).max(1);
        let row = u32::try_from(line.saturating_sub(1).saturating_sub(inside) + first).unwrap_or(u32::MAX);
        inside += ends;
        for (column, field) in record.iter().enumerate() {
            if field.len() > LONGEST && field.chars().count() > LONGEST {
                return Err(bad("import_long_cell").with("line", line).with("most", LONGEST));
            }
            cells += usize::from(!field.is_empty());
            let column = u32::try_from(column).unwrap_or(u32::MAX);
            if cells > MOST_CELLS || !sheet.push(row, column, Cell::Text(field)) {
                return Err(bad("import_too_many_cells").with("most", MOST_CELLS));
            }
        }
    }
    if sheet.is_empty() {
        return Err(bad("import_empty"));
    }
    Ok(Workbook { format: "csv", encoding: encoding.to_owned(), sheets: vec![sheet], ..Workbook::default() })
}

/// The line of a quote that opens a cell and never closes.
fn open_quote(text: &str) -> Option<usize> {
    let (mut open, mut before) = (None, '\n');
    let mut line = 1;
    for c in text.chars() {
        match (c, open) {
            // Inside quotes a doubled quote closes and opens again, which comes to the same.
            ('"', Some(_)) => open = None,
            ('"', None) if matches!(before, '\n' | ',' | ';' | '\t' | '|' | '"' | '\u{feff}') => open = Some(line),
            ('\n', _) => line += 1,
            _ => {}
        }
        before = c;
    }
    open
}

/// One kind of line end, also behind the last line, so that lines can be counted.
fn line_ends(text: String) -> String {
    let mut text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The separator that cuts the first lines most evenly; `sep=;` in the first line, as Excel writes it, decides alone.
fn separator(text: &str) -> (u8, &str) {
    if let Some((first, rest)) = text.split_once('\n')
        && let Some(mark) = first.trim().trim_matches('"').strip_prefix("sep=")
        && let Some(b @ (b',' | b';' | b'\t' | b'|')) = mark.bytes().next()
    {
        return (b, rest);
    }
    let score = |separator: u8| {
        let head: Vec<&str> = text.lines().take(30).collect();
        let joined = head.join("\n");
        let mut reader =
            ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(joined.as_bytes());
        let widths: Vec<usize> = reader.records().flatten().map(|r| r.len()).filter(|n| *n > 1).collect();
        let widest = widths.iter().copied().max().unwrap_or(0);
        // How many lines are cut at all, then how many into as many cells as most are.
        let even = widths.iter().filter(|n| **n == widest).count();
        (even * widest, widths.len())
    };
    let best = [b'|', b';', b'\t', b','].into_iter().max_by_key(|s| score(*s)).unwrap_or(b',');
    (best, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_numbered_as_a_spreadsheet_does() {
        let book = read(b"a,b\r\n\r\n\"x\ny\",2\rz,3\nlast,4".to_vec(), "f.csv").unwrap();
        let rows: Vec<(u32, String)> = book.sheets[0].rows().map(|r| (r.number + 1, r.cell(0).text())).collect();
        let want = [(1, "a"), (3, "x\ny"), (4, "z"), (5, "last")];
        assert_eq!(rows, want.map(|(n, t)| (n, t.to_owned())));
    }

    #[test]
    fn quotes_and_long_cells_have_their_own_reason() {
        let code = |text: String| read(text.into_bytes(), "f").unwrap_err().code;
        assert_eq!(code("name,dept\n\"a,b\nc,d\n".to_owned()), "import_open_quote");
        assert_eq!(code(format!("name,dept\na,{}\n", "x".repeat(40_000))), "import_long_cell");
        assert!(read(b"a,b\n5\" disk,\"he said \"\"no\"\"\"\n".to_vec(), "f").is_ok());
    }

    #[test]
    fn separators_are_found() {
        for (text, cells) in [
            ("a;b,c;d\n1;2;3\n", 3),
            ("a\tb\n1,5\t2\n", 2),
            ("a,b,c\n\"x;y;z\",2,3\n", 3),
            ("sep=;\na;b\n1;2\n", 2),
            ("a,b,c\n1;2\n", 3),
        ] {
            let book = read(text.as_bytes().to_vec(), "f").unwrap();
            assert_eq!(book.sheets[0].row(0).unwrap().len(), cells, "{text}");
        }
        let marked = read(b"sep=;\na;b\n".to_vec(), "f").unwrap();
        assert_eq!(marked.sheets[0].row(0).unwrap().number, 1);
    }
}
