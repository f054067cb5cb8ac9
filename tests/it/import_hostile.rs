//! Files made to break a reader: each ends in a sentence, none in a panic, none in more memory than the limits allow.

use std::io::Write;
use std::path::PathBuf;

use proptest::test_runner::{RngAlgorithm, TestRng};
pub use rand_like::below;
use shoumi::exchange::{Cell, Kind, Options, read_file};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::import::{Office, fixture};

/// Numbers from a fixed seed, without another crate.
mod rand_like {
    use proptest::test_runner::TestRng;

    pub fn below(rng: &mut TestRng, most: usize) -> usize {
        use proptest::prelude::Rng;
        (rng.next_u64() % most.max(1) as u64) as usize
    }
}

const WORKBOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const ROOT: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;

/// A workbook with this sheet, and further parts.
fn workbook(name: &str, sheet: impl FnOnce(&mut dyn Write), more: &[(&str, &[u8])]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
    let options = SimpleFileOptions::default();
    for (part, text) in [("_rels/.rels", ROOT), ("xl/workbook.xml", WORKBOOK), ("xl/_rels/workbook.xml.rels", RELS)] {
        zip.start_file(part, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    for (part, bytes) in more {
        zip.start_file(*part, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    sheet(&mut zip);
    zip.finish().unwrap();
    (folder, path)
}

fn sheet_xml(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

fn code(path: &std::path::Path) -> &'static str {
    read_file(path).unwrap_err().code
}

#[test]
fn one_cell_at_the_far_corner_costs_nothing() {
    let rows = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
    let (_f, path) = workbook("far.xlsx", |w| w.write_all(sheet_xml(rows).as_bytes()).unwrap(), &[]);
    let book = read_file(&path).unwrap();
    assert_eq!(book.sheets[0].cells(), 2);
    assert_eq!(book.sheets[0].cell(1_048_575, 16_383), Cell::Number(1.0));
}

#[test]
fn bombs_entities_paths_and_passwords_are_refused() {
    let zeros = |w: &mut dyn Write| {
        for _ in 0..512 {
            w.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
    };
    let (_f, bomb) = workbook("bomb.xlsx", zeros, &[]);
    assert!(std::fs::metadata(&bomb).unwrap().len() < 700 << 10);
    assert_eq!(code(&bomb), "import_bomb");
    let plain = |w: &mut dyn Write| w.write_all(sheet_xml("").as_bytes()).unwrap();
    let (_f, path) = workbook(
        "dtd.xlsx",
        |w| w.write_all(b"<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"b\">]><worksheet/>").unwrap(),
        &[],
    );
    assert_eq!(code(&path), "import_dtd");
    let (_f, path) = workbook("path.xlsx", plain, &[("../../etc/passwd", b"x")]);
    assert_eq!(code(&path), "import_zip_path");
    let (_f, path) = workbook("macro.xlsm", plain, &[("xl/vbaProject.bin", b"macro")]);
    assert!(read_file(&path).is_ok(), "macros are only bytes");
    // Two-byte text would hide elements from the counting.
    let wide: Vec<u8> = sheet_xml("").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let (_f, path) = workbook("wide.xlsx", |w| w.write_all(&wide).unwrap(), &[]);
    assert_eq!(code(&path), "import_damaged");
}

#[test]
fn shared_strings_without_end_are_refused_before_they_are_kept() {
    let mut strings = String::from("<sst>");
    let mut salt = 7_u64;
    for _ in 0..16_000_000 {
        salt = salt.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        strings.push_str(if salt >> 63 == 0 { "<si/>" } else { "<si />" });
    }
    let plain = |w: &mut dyn Write| w.write_all(sheet_xml("").as_bytes()).unwrap();
    let (_f, path) = workbook("strings.xlsx", plain, &[("xl/sharedStrings.xml", strings.as_bytes())]);
    assert_eq!(code(&path), "import_too_many_cells");
}

#[test]
fn what_is_no_workbook_says_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    assert_eq!(code(&at("empty.xlsx", b"")), "import_empty");
    assert_eq!(code(&at("page.xls", b"<html><table><tr><td>1")), "import_web_page");
    assert_eq!(code(&at("paper.xlsx", b"%PDF-1.7 x")), "import_not_a_table");
    assert_eq!(code(&at("picture.csv", &[0, 1, 0, 0, 3, 0, 0, 0, 0, 9])), "import_not_a_table");
    assert_eq!(code(&at("zip.xlsx", b"PK\x03\x04nothing")), "import_damaged");
    assert_eq!(code(&at("old.xls", &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])), "import_damaged");
    assert_eq!(code(folder.path()), "import_not_a_file");
    assert_eq!(code(&folder.path().join("missing.csv")), "import_unreadable");
    // A text table under a workbook's name is still a table.
    let book = read_file(&at("text.xlsx", "姓名,部门\n张伟,办公室\n".as_bytes())).unwrap();
    assert_eq!((book.format, book.sheets[0].len()), ("csv", 2));
    assert_eq!(
        code(&at("quote.csv", format!("姓名,部门\n\"张伟,{}", "x\n".repeat(40_000)).as_bytes())),
        "import_open_quote"
    );
    // An encrypted workbook is a compound file with a stream of that name.
    let mut cfb = vec![0_u8; 512 * 3];
    cfb[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    cfb[30] = 9;
    cfb[48] = 0;
    cfb[76] = 1;
    cfb[60..64].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    cfb[68..72].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    for i in 1..109 {
        cfb[76 + i * 4..80 + i * 4].copy_from_slice(&[0xff; 4]);
    }
    for (i, u) in "EncryptedPackage\0".encode_utf16().enumerate() {
        cfb[512 + i * 2..514 + i * 2].copy_from_slice(&u.to_le_bytes());
    }
    cfb[512 + 64] = 34;
    cfb[1024..1028].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    assert_eq!(code(&at("secret.xlsx", &cfb)), "import_encrypted");
}

#[test]
fn repeated_cells_of_an_ods_are_not_unrolled_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, rows: &str| {
        let path = folder.path().join(name);
        let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
        zip.start_file("content.xml", SimpleFileOptions::default()).unwrap();
        let head = r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="S">"#;
        zip.write_all(
            format!("{head}{rows}</table:table></office:spreadsheet></office:body></office:document-content>")
                .as_bytes(),
        )
        .unwrap();
        zip.finish().unwrap();
        path
    };
    let empty = make(
        "empty.ods",
        r#"<table:table-row table:number-rows-repeated="4000000000"><table:table-cell table:number-columns-repeated="4000000000"/></table:table-row>"#,
    );
    assert_eq!(read_file(&empty).unwrap().sheets[0].cells(), 0);
    let full = make(
        "full.ods",
        r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>"#,
    );
    assert_eq!(code(&full), "import_too_many_cells");
    let text = make(
        "text.ods",
        r#"<table:table-row><table:table-cell><office:annotation><text:p>no</text:p></office:annotation><text:p>a&amp;b<text:s text:c="2"/>c</text:p><text:p>d</text:p></table:table-cell></table:table-row>"#,
    );
    assert_eq!(read_file(&text).unwrap().sheets[0].cell(0, 0), Cell::Text("a&b  c\nd"));
}

/// A reader that makes room for what is claimed ends with the program.
#[test]
fn what_a_sheet_of_an_old_workbook_claims_is_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("register.xls");
    let whole = std::fs::read(fixture("lo-register.xls")).unwrap();
    let sheets = |path: &std::path::Path| format!("{:?}", read_file(path).unwrap().sheets);
    let told = sheets(&fixture("lo-register.xls"));
    for claim in [[9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 255, 255], [0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 255, 255]] {
        let mut bytes = whole.clone();
        let claims: Vec<usize> = (4..bytes.len()).filter(|at| bytes[at - 4..*at] == [0, 2, 14, 0]).collect();
        assert!(claims.len() >= 4, "one in each sheet");
        for at in claims {
            bytes[at..at + 12].copy_from_slice(&claim);
        }
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(sheets(&path), told);
    }
}

/// Flips, cuts and copies bytes of the fixtures: every result is read or refused, and what is read is planned.
#[test]
fn mutated_files_never_break_the_reader() {
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let office = Office::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutated");
    std::panic::set_hook(Box::new(|_| {}));
    let files = [
        ("dates1904.xlsx", 150),
        ("trainings.xlsx", 100),
        ("lo-register.xls", 120),
        ("computers.ods", 60),
        ("gb18030.csv", 300),
        ("utf16-tabs.csv", 200),
        ("blocks-semicolon.csv", 300),
        ("faults.csv", 200),
    ];
    for (file, times) in files {
        let whole = std::fs::read(fixture(file)).unwrap();
        for _ in 0..times {
            let mut bytes = whole.clone();
            for _ in 0..=below(&mut rng, 6) {
                let at = below(&mut rng, bytes.len());
                match below(&mut rng, 5) {
                    0 => bytes.truncate(at + 1),
                    1 => bytes[at] = below(&mut rng, 256) as u8,
                    2 => bytes[at] ^= 1 << below(&mut rng, 8),
                    3 => {
                        let end = (at + below(&mut rng, 64)).min(bytes.len());
                        let part = bytes[at..end].to_vec();
                        let to = below(&mut rng, bytes.len());
                        bytes.splice(to..to, part);
                    }
                    _ => {
                        let end = (at + below(&mut rng, 16)).min(bytes.len());
                        bytes[at..end].fill(0xff);
                    }
                }
            }
            std::fs::write(&path, &bytes).unwrap();
            if let Ok(book) = read_file(&path) {
                for kind in [Kind::People, Kind::Computers] {
                    let plan = office.plan(kind, &book, &Options::default());
                    let _ = crate::import::complaints(&plan);
                }
            }
        }
    }
    let _ = std::panic::take_hook();
}

#[test]
fn hostile_text_reaches_no_complaint_unseen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("\u{1b}[31m.csv");
    std::fs::write(&path, "姓名,身份证号,部门\n\u{1b}]52;c;x\u{7}\u{202e},123\u{1b}[2J,办\u{9b}2J\n").unwrap();
    let plan = Office::new().plan(Kind::People, &read_file(&path).unwrap(), &Options::default());
    assert!(plan.has_errors());
    for line in crate::import::complaints(&plan) {
        assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
    }
}
