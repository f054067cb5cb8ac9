//! Lists out: what a spreadsheet program reads back, and what happens to the file of that name.

use std::os::unix::fs::PermissionsExt;

use shoumi::domain::Date;
use shoumi::exchange::{Cell, Column, Format, Readers, Table, Value, read_file, replace_file, write_table};

fn table() -> Table {
    Table {
        name: "人员".into(),
        mark: String::new(),
        columns: vec![
            Column::new("name", "姓名"),
            Column::new("identity", "身份证号"),
            Column::new("on", "上岗"),
            Column::new("left", "余天"),
        ],
        rows: vec![
            vec![
                "张伟".into(),
                "990***********1234".into(),
                Value::Date("2024-02-29".parse::<Date>().unwrap()),
                Value::Number(-3),
            ],
            vec!["=1+1".into(), "990101198002291237".into(), Value::Empty, Value::Number(7)],
            vec!["\u{1b}]52;c;x\u{7}".into()],
        ],
    }
}

#[test]
fn every_format_is_written_and_reads_back() {
    let folder = tempfile::tempdir().unwrap();
    for ending in ["csv", "xlsx", "json"] {
        let path = folder.path().join(format!("list.{ending}"));
        write_table(&path, &table(), Readers::Owner).unwrap();
        write_table(&path, &table(), Readers::Owner).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        if ending == "json" {
            continue;
        }
        let book = read_file(&path).unwrap();
        let sheet = &book.sheets[0];
        assert_eq!(sheet.cell(0, 0), Cell::Text("姓名"));
        assert_eq!(sheet.cell(1, 0), Cell::Text("张伟"));
        let formula = if ending == "csv" { "'=1+1" } else { "=1+1" };
        assert_eq!(sheet.cell(2, 0), Cell::Text(formula));
        assert!(matches!(sheet.cell(2, 1), Cell::Text(t) if t.ends_with("990101198002291237")));
        assert_eq!(sheet.cell(3, 0), Cell::Text("<1B>]52;c;x<07>"));
        if ending == "xlsx" {
            assert_eq!(sheet.cell(1, 2), Cell::Date("2024-02-29".parse().unwrap()));
            assert_eq!(sheet.cell(1, 3), Cell::Number(-3.0));
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 3, "temporary files are gone");
}

#[test]
fn a_failed_export_leaves_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("list.csv");
    replace_file(&path, b"old", Readers::Owner).unwrap();
    let odd = folder.path().join("list.doc");
    assert_eq!(write_table(&odd, &table(), Readers::Owner).unwrap_err().code, "export_format");
    assert_eq!(Format::of(&path).unwrap(), Format::Csv);
    let gone = folder.path().join("no/such/list.csv");
    assert_eq!(write_table(&gone, &table(), Readers::Owner).unwrap_err().code, "export_write");
    std::fs::create_dir(folder.path().join("folder.csv")).unwrap();
    assert_eq!(
        write_table(&folder.path().join("folder.csv"), &table(), Readers::Owner).unwrap_err().code,
        "export_write"
    );
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
}
