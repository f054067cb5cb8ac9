//! What opens the register, exchanged by the real program; lost secrets and the code on paper.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::{Value, json};

use crate::cli::{Office, err, out};

fn with(office: &Office, args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = office.command(args);
    command.envs(env.iter().copied());
    command.output().unwrap()
}

fn answered(office: &Office, args: &[&str], env: &[(&str, &str)]) -> Value {
    let output = with(office, &[args, &["--json"]].concat(), env);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {} {}", out(&output), err(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refused(office: &Office, args: &[&str], env: &[(&str, &str)], code: i32, words: &str) {
    let output = with(office, &[args, &["--lang", "en"]].concat(), env);
    assert_eq!(output.status.code(), Some(code), "{args:?}: {} {}", out(&output), err(&output));
    assert!(err(&output).contains(words), "{args:?}: {}", err(&output));
}

const LIST: &[&str] = &["list", "people"];

#[test]
fn a_key_file_is_exchanged_in_its_place() {
    let office = Office::new("p5-company");
    let key = office.path("register.shoumi.key");
    let old = std::fs::read(&key).unwrap();
    let answer = answered(&office, &["key", "file"], &[]);
    assert_eq!((&answer["keys"], &answer["recovery_code"]), (&json!(["file"]), &Value::Null));
    let new = std::fs::read(&key).unwrap();
    assert_ne!(old, new);
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    answered(&office, LIST, &[]);
    std::fs::write(&key, &old).unwrap();
    refused(&office, LIST, &[], 3, "does not belong to this store");
    refused(&office, &["key", "file"], &[], 3, "does not belong to this store");
    std::fs::write(&key, &new).unwrap();
    // At another place: what is there is never replaced.
    refused(&office, &["key", "file", "--out", key.to_str().unwrap()], &[], 3, "register.shoumi.key");
    answered(&office, LIST, &[]);
    answered(&office, &["key", "file", "--out", "other.key"], &[]);
    refused(&office, LIST, &[], 3, "does not belong to this store");
    std::fs::rename(office.path("other.key"), &key).unwrap();
    answered(&office, LIST, &[]);
    let names: Vec<String> =
        std::fs::read_dir(office.path(".")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!names.iter().any(|n| n.contains(".new")), "{names:?}");
    let verbs = answered(&office, &["list", "journal"], &[])["rows"].to_string();
    assert_eq!(verbs.matches("\"key_file\"").count(), 2, "what was refused before it began is no entry: {verbs}");
    assert_eq!(answered(&office, &["verify"], &[])["problems"], json!([]));
}

#[test]
fn the_code_on_paper_opens_the_way_to_a_new_key() {
    let office = Office::new("p5-company");
    let code = answered(&office, &["key", "recovery"], &[])["recovery_code"].as_str().unwrap().to_owned();
    let bytes = std::fs::read(office.path("register.shoumi")).unwrap();
    assert!(!bytes.windows(code.len()).any(|w| w == code.as_bytes()));
    std::fs::remove_file(office.path("register.shoumi.key")).unwrap();
    refused(&office, LIST, &[], 3, "key file");
    let spoken = code.to_lowercase().replace('-', " ");
    let (by, next) = (("SHOUMI_RECOVERY", spoken.as_str()), ("SHOUMI_NEW_PASSPHRASE", "九个字的新口令在这里"));
    refused(&office, &["key", "passphrase", "--recovery"], &[next], 3, "SHOUMI_RECOVERY");
    let wrong = ("SHOUMI_RECOVERY", "0000-0000-0000-0000-0000-0000-0000-0000");
    refused(&office, &["key", "passphrase", "--recovery"], &[wrong, next], 3, "does not belong");
    refused(&office, &["key", "passphrase", "--recovery"], &[by, ("SHOUMI_NEW_PASSPHRASE", "short")], 2, "8");
    let set = answered(&office, &["key", "passphrase", "--recovery"], &[by, next]);
    assert_eq!(set["keys"], json!(["file", "recovery", "passphrase"]));
    let phrase = ("SHOUMI_PASSPHRASE", next.1);
    answered(&office, LIST, &[phrase]);
    assert_eq!(answered(&office, &["key", "drop", "file"], &[phrase])["keys"], json!(["recovery", "passphrase"]));
    refused(&office, &["key", "drop", "passphrase"], &[phrase], 1, "recovery code");
    refused(&office, &["key", "drop", "file"], &[phrase], 3, "not opened by");
    // And back to a key file; the code stays good until another is made.
    let made = answered(&office, &["key", "file", "--recovery"], &[by]);
    assert_eq!(made["keys"], json!(["recovery", "passphrase", "file"]));
    answered(&office, LIST, &[]);
    answered(&office, &["key", "recovery"], &[]);
    refused(&office, &["key", "passphrase", "--recovery"], &[by, next], 3, "does not belong");
    assert_eq!(answered(&office, &["key", "drop", "recovery"], &[])["keys"], json!(["passphrase", "file"]));
}

#[test]
fn a_demonstration_keeps_its_public_key() {
    let office = Office::empty();
    let made = with(&office, &["demo", "--no-ui", "--people", "20", "--store", "demo.shoumi"], &[]);
    assert!(made.status.success(), "{}", err(&made));
    refused(&office, &["key", "passphrase", "--store", "demo.shoumi"], &[], 2, "public");
    assert_eq!(answered(&office, &["key", "list", "--store", "demo.shoumi"], &[])["keys"], json!(["public"]));
}

#[test]
fn a_register_of_either_cipher_keeps_its_data_keys_and_copies() {
    for (cipher, name) in [("aes", "AES-256-GCM, SHA-256"), ("sm4", "SM4-GCM, SM3")] {
        let office = Office::sealed("p5-company", cipher);
        assert_eq!(answered(&office, &["key", "list"], &[])["cipher"], json!(cipher));
        assert!(out(&with(&office, &["key", "list"], &[])).contains(name));
        let added = office.apply(&[json!({"command":"add_person","name":"张晓明","department":"财务处"})]);
        assert_eq!(added[0]["ok"], true, "{added:?}");
        answered(&office, &["key", "file"], &[]);
        answered(&office, &["key", "recovery"], &[]);
        answered(&office, &["backup", "copy.shoumi"], &[]);
        std::fs::copy(office.path("register.shoumi.key"), office.path("new.shoumi.key")).unwrap();
        answered(&office, &["--store", "new.shoumi", "restore", "copy.shoumi"], &[]);
        for store in ["register.shoumi", "new.shoumi"] {
            assert_eq!(answered(&office, &["--store", store, "list", "people"], &[])["total"], 1, "{store}");
            let checked = answered(&office, &["--store", store, "verify"], &[]);
            assert_eq!(checked["problems"], json!([]), "{store}: {checked}");
            assert_eq!(answered(&office, &["--store", store, "key", "list"], &[])["cipher"], json!(cipher));
            let bytes = std::fs::read(office.path(store)).unwrap();
            let text = "张晓明".as_bytes();
            assert!(!bytes.windows(text.len()).any(|w| w == text));
        }
    }
    let office = Office::empty();
    let none = office.run(&["init", "--unit", "甲", "--pack", "p5-company", "--cipher", "des"]);
    assert_eq!(none.status.code(), Some(2), "{}", err(&none));
}
