//! The two READMEs stay true: links lead somewhere, who is named is there, the commands run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::source::top;

fn read(path: &str) -> String {
    fs::read_to_string(top().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// The blocks opened by ```` ```sh WORD ````.
fn blocks(text: &str, mark: &str) -> Vec<String> {
    let (mut out, mut on) = (Vec::new(), false);
    for line in text.lines() {
        if line == format!("```sh {mark}") {
            on = true;
            out.push(String::new());
        } else if line.starts_with("```") {
            on = false;
        } else if on && let Some(block) = out.last_mut() {
            block.push_str(line);
            block.push('\n');
        }
    }
    out
}

#[test]
fn links_lead_somewhere() {
    for file in ["README.md", "demo/README.md", "CHANGELOG.md"] {
        let text = read(file);
        let folder = top().join(file).parent().unwrap().to_owned();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if let Some(anchor) = target.strip_prefix('#') {
                let heading = text.lines().any(|l| l.starts_with('#') && l.trim_start_matches('#').trim() == anchor);
                assert!(heading, "{file}: no heading {anchor}");
            } else if !target.starts_with("https://") {
                assert!(folder.join(target).exists(), "{file}: {target} is not there");
            }
        }
    }
}

#[test]
fn the_two_commands_stand_in_the_readme() {
    let text = read("README.md");
    assert_eq!(blocks(&text, "demo"), ["cargo run --release -- demo\n"]);
    assert!(text.contains("```sh\ncargo test\n```"), "the README names `cargo test`");
}

#[test]
fn who_is_named_in_the_demos_readme_is_in_the_demo() {
    let cast: toml::Table = read("demo/people.toml").parse().unwrap();
    let names: BTreeSet<&str> =
        cast["person"].as_array().unwrap().iter().map(|p| p["name"].as_str().unwrap()).collect();
    let text = read("demo/README.md");
    let table = text.split("## Who is who").nth(1).unwrap();
    let rows: Vec<&str> = table.lines().filter(|l| l.starts_with("| ")).skip(1).collect();
    assert!(rows.len() > 20);
    for row in rows {
        let named = row.trim_start_matches("| ").split(" | ").next().unwrap();
        for name in named.split(", ").map(|n| n.split(" `").next().unwrap()) {
            assert!(names.contains(name), "demo/README.md: {name} is not in demo/people.toml");
        }
    }
    for unit in [1, 2] {
        let count = cast["person"].as_array().unwrap().iter().filter(|p| p["unit"].as_integer() == Some(unit)).count();
        assert!(text.contains(&count.to_string()), "demo/README.md: unit {unit} has {count} people of the cast");
    }
}

#[test]
fn the_commands_of_the_readme_run_as_they_stand() {
    let home = tempfile::tempdir().unwrap();
    let demo = home.path().join("demo");
    fs::create_dir(&demo).unwrap();
    for entry in fs::read_dir(top().join("demo")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, demo.join(path.file_name().unwrap())).unwrap();
    }
    let program = Path::new(env!("CARGO_BIN_EXE_shoumi"));
    let script = blocks(&read("README.md"), "ci").concat();
    assert!(script.matches("shoumi ").count() > 20, "the README has its commands marked ```sh ci");
    let run = Command::new("bash")
        .args(["-euxo", "pipefail", "-c", &script])
        .env_clear()
        .env("HOME", home.path())
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", format!("{}:/usr/bin:/bin", program.parent().unwrap().display()))
        .current_dir(home.path())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(run.status.success(), "{}\n{}", text(&run.stdout), text(&run.stderr));
}
