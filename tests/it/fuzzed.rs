//! The fuzzer's targets (`tests/fuzz`) on mutated seeds, without a fuzzer: some in every run, many by hand. libFuzzer, which
//! watches what it reaches, goes deeper; this keeps the targets true. `SHOUMI_FUZZ=TARGET` tries one target alone.

use std::panic::catch_unwind;
use std::path::Path;

use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::figures::{long, reached, times};
use crate::import_hostile::below;
use crate::source::top;

#[path = "../fuzz/src/lib.rs"]
mod targets;

/// Seeds that are no files.
fn written(target: &str) -> Vec<Vec<u8>> {
    let texts: &[&str] = match target {
        "decoder" => &[
            "\x03\x01\x05\x09jk\x1b[A\x1b[1;5D\x1b[200~粘贴\n\x1b[201~\x1bOP中文\x1b[3~",
            "\0\x1b[12;40R\x1b[<0;1;2M\x1b]52;c;aGk=\x07\x1bP+q\x1b\\q",
        ],
        "screens" => &[
            "\x0072\r\x1b[B\x1b[B\r?\x1b/张\r",
            "\x007\ryyn1\r-u\x1b[A\r\t/b2\r*y",
            "\x002aav2027-03-05\t卢森堡\t\x13\x1by",
            "\x0028\r\r\x1bgg\x1b:j\r\x01\x15\x1b[6~",
            "\x016a\r\x1b[B\r\x1b[Z领用\t\x13\x1b\x1b0\r/op:li\r",
        ],
        "query" => &[
            "等级：核心 余天<30 -部门=财务",
            "level:core days<30 (post|会计) state:planned inspect<today+30",
            "zhang \"两 词\" on>=2026-01-01 finding:overdue sort:days",
        ],
        "command" => &[
            r#"{"command":"add_person","name":"张","department":"财务处","post":"会计","level":"core","on_post_from":"2024-05-01"}"#,
            r#"{"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000001"],"items":["A1"],"value":"fails","remark":"x"}],"cursor":"C000001/A2"}"#,
            r#"{"command":"submit_trip","person":"P000001","kind":"private","destination":"日本","purpose":"旅游","depart_on":"2026-05-01","return_on":"2026-05-08","on":"2026-03-01"}"#,
        ],
        "keymap" => {
            &["[people]\ndown = [\"j\", \"g g\"]\nquit = []\n", "ctrl-w g\nspace\nshift-tab\n", "base = \"vim\"\n"]
        }
        "draft" => &[
            r#"{"verb":"add_person","subject":null,"fields":{"name":"张"},"focus":0}"#,
            r#"{"entry":"submit_trip","person":"P000001","values":[["destination","日本"]],"at":2}"#,
        ],
        _ => &[],
    };
    texts.iter().map(|t| t.as_bytes().to_vec()).collect()
}

fn seeds(target: &str) -> Vec<Vec<u8>> {
    let folder = match target {
        "table" => "tests/data/import",
        "keymap" => "keymaps",
        "template" => "src/rules/templates",
        "pack" => "src/rules/packs",
        "xccdf" | "cklb" => "tests/data/exchange",
        _ => "",
    };
    let mut seeds = written(target);
    if target == "bundle" {
        seeds.push(targets::BUNDLE.clone());
    }
    if target == "draft" {
        seeds.extend(targets::drafts());
    }
    if !folder.is_empty() {
        let mut files: Vec<_> = std::fs::read_dir(top().join(folder)).unwrap().map(|e| e.unwrap().path()).collect();
        files.sort();
        seeds.extend(files.iter().filter(|p: &&std::path::PathBuf| read_by_it(p)).map(|p| std::fs::read(p).unwrap()));
    }
    assert!(!seeds.is_empty(), "{target} has no seed");
    seeds
}

fn read_by_it(path: &Path) -> bool {
    path.extension().is_some_and(|e| e != "py")
}

/// What breaks readers: ends, signs, numbers at the edge.
const HOSTILE: [&[u8]; 14] = [
    b"",
    b"\0",
    b"\xff\xfe",
    b"-1",
    b"0",
    b"184467440737095516160",
    b"9999-12-31",
    b"\"",
    b"\\u0000",
    b"]]>",
    b"&#x1b;",
    "\u{202e}".as_bytes(),
    "核".as_bytes(),
    b"\x1b[",
];

/// Up to four changes: bytes as a bad disk makes them, pieces as somebody makes them who knows the form.
fn mutated(seeds: &[Vec<u8>], rng: &mut TestRng) -> Vec<u8> {
    let mut bytes = seeds[below(rng, seeds.len())].clone();
    for _ in 0..=below(rng, 4) {
        let at = below(rng, bytes.len() + 1);
        let end = (at + 1 + below(rng, 24)).min(bytes.len());
        let signs: Vec<usize> = (0..bytes.len()).filter(|n| b"\"<>{}[]=:,;/ \n".contains(&bytes[*n])).collect();
        match below(rng, 9) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, below(rng, 256) as u8),
            2 if at < end => drop(bytes.drain(at..end)),
            3 if at < end => bytes[at] ^= 1 << below(rng, 8),
            4 if at < end => {
                let piece = bytes[at..end].to_vec();
                let to = below(rng, bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            5 => {
                let other = &seeds[below(rng, seeds.len())];
                let from = below(rng, other.len().max(1)).min(other.len());
                let piece = other[from..(from + below(rng, 200)).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            6 | 7 if signs.len() > 1 => {
                // What stands between two signs becomes something else.
                let n = below(rng, signs.len() - 1);
                let piece = if below(rng, 2) == 0 {
                    HOSTILE[below(rng, HOSTILE.len())].to_vec()
                } else {
                    let m = below(rng, signs.len() - 1);
                    bytes[signs[m] + 1..signs[m + 1]].to_vec()
                };
                bytes.splice(signs[n] + 1..signs[n + 1], piece);
            }
            _ => {
                let piece = HOSTILE[below(rng, HOSTILE.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    bytes
}

#[test]
fn whatever_comes_from_outside_breaks_no_reader() {
    let only = std::env::var("SHOUMI_FUZZ").ok();
    let mut said = Vec::new();
    for (name, target) in targets::TARGETS {
        if only.as_ref().is_some_and(|o| o != name) {
            continue;
        }
        // These draw, write or unlock.
        let dear = matches!(*name, "screens" | "draft" | "table" | "bundle");
        let rounds = times(200, 100_000)
            / if dear && !long() {
                5
            } else if dear {
                10
            } else {
                1
            };
        let seeds = seeds(name);
        let mut rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[17; 32]);
        for seed in &seeds {
            target(seed);
        }
        for round in 0..rounds {
            let bytes = mutated(&seeds, &mut rng);
            let stands = catch_unwind(|| target(&bytes)).is_ok();
            assert!(stands, "{name}, round {round}: {:?}", String::from_utf8_lossy(&bytes));
        }
        said.push(format!("{name} {rounds}"));
    }
    targets::tidy();
    if only.is_none() {
        reached("whatever_comes_from_outside_breaks_no_reader", format!("{}: 0 panics", said.join(", ")));
    }
}
