//! The two READMEs stay true: links lead somewhere, who is named is there, the commands run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use shoumi::app::Live;
use shoumi::i18n::Lang;

use crate::source::top;
use crate::support::Harness;

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

/// What the demo shows in Chinese at 80 by 24 after these keys.
fn picture(keys: &str) -> String {
    use ratatui::{buffer::Buffer, layout::Rect};
    use shoumi::session::{Session, Settings, demo};
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::at(folder.path().join("demo.shoumi"), Lang::ZhCn);
    assert!(Session::make_demo(&settings, None, None, &mut |_| {}).unwrap());
    let live = Arc::new(Live::new(Session::open(&settings).unwrap()));
    let mut settings = crate::support::settings(Lang::ZhCn, (80, 24), demo::today());
    settings.real_today = crate::support::day("2026-11-23");
    let mut harness = Harness::with(live, settings);
    harness.keys(keys);
    let area = Rect::new(0, 0, 80, 24);
    let mut buffer = Buffer::empty(area);
    harness.shell.view(area, &mut buffer);
    crate::support::text(&buffer)
}

/// The pictures between `<!-- picture: KEYS -->` and the end of the block are what the demo shows after these keys; with
/// `INSTA_UPDATE=always` they are drawn anew.
#[test]
fn the_pictures_are_what_the_program_shows() {
    let text = read("README.md");
    let (mut new, mut rest, mut pictures) = (String::new(), text.as_str(), 0);
    while let Some((before, after)) = rest.split_once("<!-- picture: ") {
        let (keys, after) = after.split_once(" -->\n```text\n").expect("a picture has its keys");
        let (_, after) = after.split_once("\n```\n").expect("a picture ends");
        let shown = picture(if keys == "-" { "" } else { keys });
        new.extend([before, "<!-- picture: ", keys, " -->\n```text\n", &shown, "\n```\n"]);
        rest = after;
        pictures += 1;
    }
    new.push_str(rest);
    if std::env::var("INSTA_UPDATE").is_ok_and(|v| v == "always") {
        fs::write(top().join("README.md"), &new).unwrap();
    } else {
        assert_eq!(text, new, "README.md: run this test with INSTA_UPDATE=always, and look");
    }
    assert_eq!(pictures, 2);
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
