//! A register another version of the program wrote: refused in words by every way in, and not touched.

use sha2::{Digest, Sha256};
use shoumi::store::SCHEMA;

use crate::cli::{Office, err};

/// Bytes of one copy of the header; two stand in front of the database.
const COPY: usize = 4096;
/// Magic, then the format's number and the length of the body, two bytes each.
const NUMBER: usize = 8;

/// The file as a program of another format would have written it: the number, and the checksum that goes with it.
fn with_format(bytes: &[u8], format: u16) -> Vec<u8> {
    let mut out = bytes.to_vec();
    for copy in out.chunks_mut(COPY).take(2) {
        copy[NUMBER..NUMBER + 2].copy_from_slice(&format.to_be_bytes());
        let body = usize::from(u16::from_be_bytes([copy[NUMBER + 2], copy[NUMBER + 3]]));
        let (signed, rest) = copy.split_at_mut(NUMBER + 4 + body);
        rest[..32].copy_from_slice(&Sha256::digest(signed));
    }
    out
}

#[test]
fn a_register_of_another_format_is_refused_in_words_and_untouched() {
    let office = Office::new("p5-company");
    let path = office.path("register.shoumi");
    let whole = std::fs::read(&path).unwrap();
    assert!(with_format(&whole, SCHEMA) == whole, "the number alone is changed");
    let copy = office.path("copy.backup").display().to_string();
    let register = path.display().to_string();
    let ways: [&[&str]; 6] = [
        &["list", "people"],
        &["apply", "/dev/null"],
        &["verify"],
        &["doctor"],
        &["backup", &copy],
        &["init", "--unit", "乙单位", "--pack", "p5-company", "--tracking-from", "2024-01-01"],
    ];
    for format in (1..SCHEMA).chain([SCHEMA + 1, u16::MAX]) {
        let other = with_format(&whole, format);
        std::fs::write(&path, &other).unwrap();
        for way in ways {
            for (lang, words) in [("zh-CN", "格式"), ("en", "format")] {
                let done = office.run(&[way, &["--lang", lang]].concat());
                let (code, said) = (done.status.code(), err(&done) + &crate::cli::out(&done));
                assert_ne!(code, Some(0), "format {format}, {way:?}: {said}");
                assert_ne!(code, Some(101), "format {format}, {way:?}: {said}");
                let named = said.contains(words) && said.contains(&format.to_string());
                assert!(way[0] == "init" || named, "format {format}, {way:?}: {said}");
            }
            assert!(std::fs::read(&path).unwrap() == other, "format {format}: {way:?} changed {register}");
        }
        let left: Vec<_> = std::fs::read_dir(office.folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(!left.iter().any(|n| n.to_string_lossy().contains("copy.backup")), "{left:?}");
    }
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(office.json(&["verify"], 0)["problems"], serde_json::json!([]));
}
