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

/// The blocks opened by ```` ```MARK ````, in a list or not.
fn blocks(text: &str, mark: &str) -> Vec<String> {
    let (mut out, mut indent) = (Vec::new(), None);
    for line in text.lines() {
        let fence = line.trim_start();
        if fence == format!("```{mark}") {
            indent = Some(line.len() - fence.len());
            out.push(String::new());
        } else if fence.starts_with("```") {
            indent = None;
        } else if let (Some(indent), Some(block)) = (indent, out.last_mut()) {
            block.push_str(line.get(indent..).unwrap_or_default());
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
    assert_eq!(blocks(&text, "sh demo"), ["cargo run --release -- demo\n"]);
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
    let script = blocks(&read("README.md"), "sh ci").concat();
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

/// Whoever follows the chapter to the letter has a host at which the doctor finds nothing to mend, and whose files are
/// fetched by the group. In a name space of its own: nothing of the machine is changed.
#[test]
fn a_host_set_up_as_the_readme_says_has_nothing_to_mend() {
    let works =
        |program: &str, args: &[&str]| Command::new(program).args(args).output().is_ok_and(|o| o.status.success());
    let tools = "test $(id -u) = 0 && unshare -m true && command -v useradd runuser chattr ssh-keygen /usr/sbin/sshd";
    if !works("sh", &["-c", tools]) {
        eprintln!("SKIPPED: setting a host up needs root, name spaces, useradd, runuser, chattr and sshd");
        return;
    }
    let work = tempfile::tempdir().unwrap();
    let text = read("README.md");
    let steps = blocks(&text, "sh host");
    let sshd = blocks(&text, "sshd");
    assert_eq!((steps.len(), sshd.len()), (5, 1));
    fs::write(work.path().join("steps"), steps.concat()).unwrap();
    fs::write(work.path().join("sshd"), format!("HostKey {}/key\nUsePAM no\n{}", work.path().display(), sshd[0]))
        .unwrap();
    let script = r#"
        cp -a /etc "$PWD/etc" && mount --bind "$PWD/etc" /etc
        for d in /srv /home /var/log /var/mail /usr/local/bin; do
            mkdir -p $d && mount -t tmpfs -o mode=755 none $d
        done
        mkdir -p target/release /run/sshd && cp "$0" target/release/shoumi
        for id in zhao qian sun li.na; do ssh-keygen -q -t ed25519 -N '' -f $id; done
        ssh-keygen -q -t ed25519 -N '' -f key
        cp sshd /etc/ssh/sshd_config && /usr/sbin/sshd -t
        . ./steps
        test $(grep -c 'config /etc/shoumi/config.toml' /etc/ssh/shoumi_keys) = 4
        useradd -G couriers courier
        host export people --out people.csv --reason 备案 --operator li.na
        runuser -u courier -- cat /srv/couriers/out/people.csv > /dev/null
        host backup copy.shoumi --operator zhao
        if runuser -u courier -- cat /srv/couriers/out/copy.shoumi; then exit 1; fi
        runuser -u courier -- sh -c 'umask 027; echo 姓名,部门 > /srv/couriers/in/roster.csv; echo 张伟,财务处 >> /srv/couriers/in/roster.csv'
        host import people roster.csv --operator li.na
        test $(wc -l < /var/log/shoumi/heads) -gt 1
        # A backup that is older than the last head is refused beside it, until root has moved the heads aside.
        host operator add wang.wu --name 王五 --operator zhao
        install -o shoumi -m 600 /srv/couriers/out/copy.shoumi /srv/couriers/in/
        cp -p /srv/shoumi/host.shoumi.key /srv/shoumi/again.shoumi.key
        host restore copy.shoumi --store /srv/shoumi/again.shoumi
        if host operator list --store /srv/shoumi/again.shoumi --operator sun; then exit 1; fi
        chattr -a /var/log/shoumi/heads
        mv /var/log/shoumi/heads /var/log/shoumi/heads.2026-03-16
        install -o root -g shoumi -m 660 /dev/null /var/log/shoumi/heads
        chattr +a /var/log/shoumi/heads
        host operator list --store /srv/shoumi/again.shoumi --operator sun
        usermod -L shoumi
        if shoumi doctor --config /etc/shoumi/config.toml --operator sun --lang en > locked; then exit 1; fi
        grep -F 'usermod -p' locked
    "#;
    let run = Command::new("unshare")
        .args(["-m", "bash", "-euxo", "pipefail", "-c", script, env!("CARGO_BIN_EXE_shoumi")])
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .env("PATH", "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .current_dir(work.path())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(run.status.success(), "{}\n{}", text(&run.stdout), text(&run.stderr));
}
