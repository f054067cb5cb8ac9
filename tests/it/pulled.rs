//! What happens to the register's file under a running session: it says so, keeps what is being written, writes into no
//! file that is not the one it opened, and goes on when the right one is back.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use serde_json::json;

use crate::cli::{Office, staffed};
use crate::live::screens;
use crate::pty::{LONG, Term};

/// A session with half a training in its form; the register as it was at first, and as it is.
fn writing() -> (Office, Vec<u8>, Vec<u8>, Term) {
    let office = staffed();
    let path = office.path("register.shoumi");
    let old = fs::read(&path).unwrap();
    office.apply(&[json!({"command":"add_person","name":"新来的人"})]);
    let now = fs::read(&path).unwrap();
    let mut t = screens(&office, &[], &[], &["--view", "people"]);
    t.wait("新来的人");
    t.send(b"at");
    t.wait("培训内容");
    t.send("保密法规".as_bytes());
    t.wait("保密法规");
    (office, old, now, t)
}

/// Puts other bytes into the same file.
fn fill(path: &Path, bytes: &[u8]) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(bytes.len() as u64).unwrap();
    file.write_all_at(bytes, 0).unwrap();
}

#[test]
fn whatever_happens_to_the_register_under_a_session_the_text_stays() {
    for (how, words) in [
        ("cut", "不完整"),
        ("emptied", "不完整"),
        ("zeroed", "已损坏"),
        ("older", "换回了较早的版本"),
        ("removed", "已被删除或换成了别的文件"),
        ("exchanged", "已被删除或换成了别的文件"),
    ] {
        let (office, old, now, mut t) = writing();
        let path = office.path("register.shoumi");
        match how {
            "cut" => fill(&path, &now[..30_000]),
            "emptied" => fill(&path, b""),
            "zeroed" => {
                fs::OpenOptions::new().write(true).open(&path).unwrap().write_all_at(&vec![0; 90_000], 8192).unwrap();
            }
            "older" => fill(&path, &old),
            "removed" => fs::rename(&path, office.path("away")).unwrap(),
            _ => {
                fs::rename(&path, office.path("away")).unwrap();
                fs::write(&path, &now).unwrap();
            }
        }
        let put = fs::read(&path).unwrap_or_default();
        t.send(b"\x13");
        t.wait("未办理");
        t.wait("仍在");
        assert!(t.text().replace(['\n', ' ', '│'], "").contains(words), "{how}: {}", t.text());
        assert!(t.text().contains("保密法规"), "{how}: {}", t.text());
        assert!(
            fs::read(&path).unwrap_or_default() == put,
            "{how}: something was written into a file that is not its own"
        );
        t.send(b"\x1b");
        t.wait_gone("未办理");
        if matches!(how, "removed" | "exchanged") {
            fs::rename(office.path("away"), &path).unwrap();
            t.send(b"\x13");
            t.wait("已办");
            t.send(b"q");
            assert_eq!(t.exit(LONG).0, 0, "{how}");
            assert_eq!(office.json(&["verify"], 0)["problems"], json!([]), "{how}");
        } else {
            t.signal("-TERM");
            assert_eq!(t.exit(LONG).0, 143, "{how}");
            t.assert_restored();
            let own = fs::read_dir(office.path("register.shoumi.own")).unwrap();
            let kept = own.map(|e| e.unwrap().path()).any(|p| p.extension().is_some_and(|e| e == "draft"));
            assert!(kept, "{how}: the draft");
        }
    }
}
