//! The probe: what a Linux machine says of itself, as evidence beside the items of a checklist.
//!
//! Reads only, and only files: nothing is written, no program is started. Every fact names the file it comes from; what is
//! not there is said to be absent, what cannot be read is said to be unreadable with the system's reason, nothing is
//! guessed. Whether an item conforms is for the inspector to say.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::text::clean;

/// Most bytes read of a file; of a log, its last ones.
const MOST_BYTES: u64 = 256 << 10;
/// Most entries of a folder.
const MOST_ENTRIES: usize = 1000;
/// Longest value, in characters.
const LONGEST: usize = 400;

/// What was found at one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Seen {
    /// It says this.
    Value(String),
    /// There is no such thing on this machine.
    Absent,
    /// It could not be read, for this reason.
    Unreadable(String),
}

/// One fact with its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Fact {
    /// What it is about: `interface`, `wireless`, `radio`, `camera`, `sound`, `bluetooth`, `input`, `removable`, `mounted`,
    /// `password`, `updates`, `system`.
    pub topic: String,
    /// Which one, for example `wlan0` or `minlen`; may be empty.
    pub name: String,
    /// The file or folder it comes from.
    pub source: String,
    /// What was found.
    pub seen: Seen,
}

/// Everything found on one machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Probe {
    /// `shoumi-probe-1`.
    pub format: String,
    /// When it was read.
    pub read_at: String,
    /// The facts, by topic.
    pub facts: Vec<Fact>,
}

/// Reads the machine whose files lie under `root` (`/`, or a tree made for a test).
pub fn probe(root: &Path, read_at: &str) -> Probe {
    let mut reader = Reader { root: root.to_path_buf(), facts: Vec::new() };
    reader.system();
    reader.interfaces();
    reader.radios();
    reader.devices("camera", "sys/class/video4linux", "", "name");
    reader.devices("sound", "sys/class/sound", "card", "id");
    reader.devices("bluetooth", "sys/class/bluetooth", "", "address");
    reader.inputs();
    reader.removable();
    reader.passwords();
    reader.updates();
    Probe { format: "shoumi-probe-1".to_owned(), read_at: read_at.to_owned(), facts: reader.facts }
}

struct Reader {
    root: PathBuf,
    facts: Vec<Fact>,
}

fn shown(text: &str) -> String {
    clean(text.trim()).chars().take(LONGEST).collect()
}

/// What a failure to read means: nothing there, or something that may not be read.
fn seen(error: &io::Error) -> Seen {
    match error.kind() {
        io::ErrorKind::NotFound => Seen::Absent,
        _ => Seen::Unreadable(shown(&error.to_string())),
    }
}

impl Reader {
    fn add(&mut self, topic: &str, name: &str, path: &str, seen: Seen) {
        self.facts.push(Fact { topic: topic.to_owned(), name: shown(name), source: shown(&format!("/{path}")), seen });
    }

    /// A file's text; of a long one the end, where logs have their news.
    fn text(&self, path: &str) -> io::Result<String> {
        let full = self.root.join(path);
        // Devices and pipes could block or do something when read.
        if !fs::metadata(&full)?.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut file = File::open(full)?;
        let length = file.metadata()?.len();
        if length > MOST_BYTES {
            file.seek(SeekFrom::Start(length - MOST_BYTES))?;
        }
        let mut bytes = Vec::new();
        file.take(MOST_BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn line(&self, path: &str) -> Seen {
        match self.text(path) {
            Ok(text) => Seen::Value(shown(text.lines().next().unwrap_or_default())),
            Err(e) => seen(&e),
        }
    }

    /// The names in a folder, sorted.
    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let mut out = Vec::new();
        for entry in fs::read_dir(self.root.join(path))?.take(MOST_ENTRIES) {
            out.push(entry?.file_name().to_string_lossy().into_owned());
        }
        out.sort();
        Ok(out)
    }

    fn exists(&self, path: &str) -> bool {
        fs::symlink_metadata(self.root.join(path)).is_ok()
    }

    fn system(&mut self) {
        for (name, path) in [("hostname", "proc/sys/kernel/hostname"), ("kernel", "proc/sys/kernel/osrelease")] {
            let seen = self.line(path);
            self.add("system", name, path, seen);
        }
        let path = "etc/os-release";
        let seen = match self.text(path) {
            Ok(text) => setting(&text, "PRETTY_NAME", '=').map_or(Seen::Absent, |v| Seen::Value(v.replace('"', ""))),
            Err(e) => seen(&e),
        };
        self.add("system", "name", path, seen);
    }

    fn interfaces(&mut self) {
        let folder = "sys/class/net";
        let names = match self.names(folder) {
            Ok(names) => names,
            Err(e) => return self.add("interface", "", folder, seen(&e)),
        };
        for name in names {
            let base = format!("{folder}/{name}");
            // The kernel's type 772: the machine talking to itself is no connection.
            if matches!(self.line(&format!("{base}/type")), Seen::Value(t) if t == "772") {
                continue;
            }
            let path = format!("{base}/operstate");
            let state = self.line(&path);
            self.add("interface", &name, &path, state);
            for sign in ["wireless", "phy80211"] {
                let path = format!("{base}/{sign}");
                if self.exists(&path) {
                    self.add("wireless", &name, &path, Seen::Value(sign.to_owned()));
                    break;
                }
            }
        }
    }

    fn radios(&mut self) {
        let folder = "sys/class/rfkill";
        let names = match self.names(folder) {
            Ok(names) => names,
            Err(e) => return self.add("radio", "", folder, seen(&e)),
        };
        for name in names {
            for part in ["type", "soft", "hard"] {
                let path = format!("{folder}/{name}/{part}");
                let seen = self.line(&path);
                self.add("radio", &[name.as_str(), part].join(" "), &path, seen);
            }
        }
    }

    /// The devices of a class whose names begin with `prefix`, each with one of its files.
    fn devices(&mut self, topic: &str, folder: &str, prefix: &str, file: &str) {
        let names = match self.names(folder) {
            Ok(names) => names,
            Err(e) => return self.add(topic, "", folder, seen(&e)),
        };
        let names: Vec<String> = names.into_iter().filter(|n| n.starts_with(prefix)).collect();
        if names.is_empty() {
            return self.add(topic, "", folder, Seen::Absent);
        }
        for name in names {
            let path = format!("{folder}/{name}/{file}");
            match self.line(&path) {
                // The device is there even when it does not say what it is.
                Seen::Absent => self.add(topic, &name, &format!("{folder}/{name}"), Seen::Value(name.clone())),
                seen => self.add(topic, &name, &path, seen),
            }
        }
    }

    /// Keyboards, mice and the like that come by radio: bus 0005 is Bluetooth.
    fn inputs(&mut self) {
        let path = "proc/bus/input/devices";
        let text = match self.text(path) {
            Ok(text) => text,
            Err(e) => return self.add("input", "", path, seen(&e)),
        };
        let mut found = false;
        for block in text.split("\n\n") {
            let bus = block.lines().find_map(|l| l.strip_prefix("I: Bus=")?.get(..4)).unwrap_or_default();
            let name = block.lines().find_map(|l| l.strip_prefix("N: Name=")).unwrap_or_default().trim_matches('"');
            let says_so = ["wireless", "bluetooth", "2.4g"].iter().any(|w| name.to_ascii_lowercase().contains(w));
            if bus == "0005" || says_so {
                found = true;
                self.add("input", &format!("bus {bus}"), path, Seen::Value(shown(name)));
            }
        }
        if !found {
            self.add("input", "", path, Seen::Absent);
        }
    }

    /// Disks that can be pulled out, and what of them is mounted.
    fn removable(&mut self) {
        let folder = "sys/block";
        let names = match self.names(folder) {
            Ok(names) => names,
            Err(e) => {
                // Which of the mounted disks can be pulled out is then not known either.
                self.add("removable", "", folder, seen(&e));
                return self.add("mounted", "", folder, seen(&e));
            }
        };
        let mut disks = Vec::new();
        for name in names {
            let base = format!("{folder}/{name}");
            let usb = fs::canonicalize(self.root.join(&base)).is_ok_and(|p| p.to_string_lossy().contains("/usb"));
            let removable = matches!(self.line(&format!("{base}/removable")), Seen::Value(v) if v == "1");
            if usb || removable {
                let path = format!("{base}/device/model");
                let model = match self.line(&path) {
                    Seen::Absent => Seen::Value(name.clone()),
                    other => other,
                };
                self.add("removable", &name, &path, model);
                disks.push(name);
            }
        }
        if disks.is_empty() {
            self.add("removable", "", folder, Seen::Absent);
        }
        let path = if self.exists("proc/self/mounts") { "proc/self/mounts" } else { "proc/mounts" };
        let text = match self.text(path) {
            Ok(text) => text,
            Err(e) => return self.add("mounted", "", path, seen(&e)),
        };
        let mut found = false;
        for line in text.lines() {
            let mut words = line.split_whitespace();
            let (Some(device), Some(place)) = (words.next(), words.next()) else { continue };
            let Some(name) = device.strip_prefix("/dev/") else { continue };
            if disks.iter().any(|d| name.strip_prefix(d.as_str()).is_some_and(is_partition)) {
                found = true;
                self.add("mounted", name, path, Seen::Value(shown(place)));
            }
        }
        if !found {
            self.add("mounted", "", path, Seen::Absent);
        }
    }

    fn passwords(&mut self) {
        let path = "etc/login.defs";
        for name in ["PASS_MAX_DAYS", "PASS_MIN_DAYS", "PASS_MIN_LEN", "ENCRYPT_METHOD"] {
            let seen = match self.text(path) {
                Ok(text) => setting(&text, name, ' ').map_or(Seen::Absent, Seen::Value),
                Err(e) => seen(&e),
            };
            self.add("password", name, path, seen);
        }
        let mut files = vec!["etc/security/pwquality.conf".to_owned()];
        if let Ok(names) = self.names("etc/security/pwquality.conf.d") {
            let more = names.into_iter().filter(|n| Path::new(n).extension().is_some_and(|e| e == "conf"));
            files.extend(more.map(|n| format!("etc/security/pwquality.conf.d/{n}")));
        }
        for path in files {
            let text = match self.text(&path) {
                Ok(text) => text,
                Err(e) => {
                    self.add("password", "pwquality", &path, seen(&e));
                    continue;
                }
            };
            for name in ["minlen", "minclass", "ucredit", "lcredit", "dcredit", "ocredit", "dictcheck"] {
                let seen = setting(&text, name, '=').map_or(Seen::Absent, Seen::Value);
                self.add("password", name, &path, seen);
            }
        }
        // Debian and Red Hat keep the stack under different names; the one that is there speaks.
        let stacks = ["etc/pam.d/common-password", "etc/pam.d/system-auth"];
        let present: Vec<&str> = stacks.into_iter().filter(|p| self.exists(p)).collect();
        if present.is_empty() {
            self.add("password", "pam", "etc/pam.d", Seen::Absent);
        }
        for path in present {
            let text = match self.text(path) {
                Ok(text) => text,
                Err(e) => {
                    self.add("password", "pam", path, seen(&e));
                    continue;
                }
            };
            for line in text.lines().map(str::trim).filter(|l| l.starts_with("password")) {
                for module in ["pam_pwquality", "pam_cracklib", "pam_pwhistory", "pam_unix"] {
                    if line.contains(module) {
                        let line: Vec<&str> = line.split_whitespace().collect();
                        self.add("password", module, path, Seen::Value(shown(&line.join(" "))));
                    }
                }
            }
        }
    }

    /// The last day packages were brought up to date, by the logs of the package managers.
    fn updates(&mut self) {
        let logs = [
            ("dpkg", &["var/log/dpkg.log", "var/log/dpkg.log.1"][..], " upgrade "),
            ("pacman", &["var/log/pacman.log"][..], " upgraded "),
            ("dnf", &["var/log/dnf.rpm.log", "var/log/dnf.log"][..], "Upgrade"),
        ];
        let mut any = false;
        for (name, paths, mark) in logs {
            for path in paths.iter().filter(|p| self.exists(p)).copied().collect::<Vec<_>>() {
                any = true;
                let found = match self.text(path) {
                    Ok(text) => match text.lines().rev().find(|l| l.contains(mark)).and_then(day_in) {
                        Some(day) => Seen::Value(day),
                        None => continue,
                    },
                    Err(e) => seen(&e),
                };
                self.add("updates", name, path, found);
                break;
            }
        }
        if !self.facts.iter().any(|f| f.topic == "updates") {
            // A log without an upgrade says that there was none as far back as it reaches, not when the last one was.
            let source = if any { "var/log" } else { "var/log/dpkg.log, dnf.log, pacman.log" };
            self.add("updates", "", source, Seen::Absent);
        }
    }
}

/// What follows a disk's name in the name of its partition: nothing, a number, or `p` and a number.
fn is_partition(rest: &str) -> bool {
    let digits = rest.strip_prefix('p').unwrap_or(rest);
    digits.bytes().all(|b| b.is_ascii_digit())
}

/// The value of a setting; the last line that sets it counts, comments do not.
fn setting(text: &str, name: &str, separator: char) -> Option<String> {
    text.lines()
        .map(str::trim)
        .filter(|l| !l.starts_with('#'))
        .filter_map(|l| {
            let rest = l.strip_prefix(name)?;
            let after = rest.trim_start();
            match separator {
                ' ' => (rest.len() > after.len()).then_some(after),
                c => after.strip_prefix(c),
            }
        })
        .next_back()
        .map(|v| shown(v.split('#').next().unwrap_or(v)))
}

/// The first `YYYY-MM-DD` in a line.
fn day_in(line: &str) -> Option<String> {
    let line = line.trim_start_matches('[');
    let day = line.get(..10)?;
    day.parse::<crate::domain::Date>().ok().map(|d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let full = folder.path().join(path);
            fs::create_dir_all(full.parent().unwrap()).unwrap();
            fs::write(full, text).unwrap();
        }
        folder
    }

    fn find<'a>(p: &'a Probe, topic: &str, name: &str) -> &'a Fact {
        let all: Vec<_> = p.facts.iter().filter(|f| f.topic == topic).collect();
        all.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("{topic} {name}: {all:?}"))
    }

    fn value(text: &str) -> Seen {
        Seen::Value(text.to_owned())
    }

    #[test]
    fn a_machine_is_read_with_its_sources() {
        let root = tree(&[
            ("proc/sys/kernel/hostname", "涉密机-01\n"),
            ("etc/os-release", "NAME=x\nPRETTY_NAME=\"Sample Linux 1\"\n"),
            ("sys/class/net/lo/type", "772\n"),
            ("sys/class/net/lo/operstate", "unknown\n"),
            ("sys/class/net/eth0/type", "1\n"),
            ("sys/class/net/eth0/operstate", "down\n"),
            ("sys/class/net/wlan0/operstate", "up\n"),
            ("sys/class/net/wlan0/wireless/x", ""),
            ("sys/class/rfkill/rfkill0/type", "bluetooth\n"),
            ("sys/class/rfkill/rfkill0/soft", "1\n"),
            ("sys/class/rfkill/rfkill0/hard", "0\n"),
            ("sys/class/video4linux/video0/name", "Camera \u{1b}[31m\n"),
            ("sys/class/sound/card0/id", "PCH\n"),
            ("sys/class/sound/timer/dev", "1:1\n"),
            (
                "proc/bus/input/devices",
                "I: Bus=0011 Vendor=1\nN: Name=\"AT keyboard\"\n\nI: Bus=0005 Vendor=2\nN: Name=\"Mouse\"\n\nI: Bus=0003 Vendor=3\nN: Name=\"2.4G Receiver\"\n",
            ),
            ("sys/block/sda/removable", "0\n"),
            ("sys/block/sdb/removable", "1\n"),
            ("sys/block/sdb/device/model", "Stick 16G\n"),
            (
                "proc/mounts",
                "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /media/u\\040盘 vfat rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n",
            ),
            ("etc/login.defs", "# PASS_MAX_DAYS 1\nPASS_MAX_DAYS\t90\nPASS_MIN_LEN 8\n"),
            ("etc/security/pwquality.conf", "# minlen = 8\nminlen = 10 # at least\nminclass=4\n"),
            ("etc/pam.d/common-password", "# password x pam_unix.so\npassword\trequisite  pam_pwquality.so retry=3\n"),
            ("var/log/dpkg.log", "2026-03-01 10:00:00 upgrade x 1 2\n2026-03-02 10:00:00 status installed x\n"),
        ]);
        let p = probe(root.path(), "2026-03-16T09:00");
        assert_eq!(find(&p, "system", "hostname").seen, value("涉密机-01"));
        assert_eq!(find(&p, "system", "name").seen, value("Sample Linux 1"));
        assert_eq!(find(&p, "interface", "eth0").seen, value("down"));
        let up = find(&p, "interface", "wlan0");
        assert_eq!(up.seen, value("up"));
        assert_eq!(up.source, "/sys/class/net/wlan0/operstate");
        assert!(!p.facts.iter().any(|f| f.name == "lo"), "talking to itself is no connection");
        assert_eq!(find(&p, "radio", "rfkill0 soft").seen, value("1"));
        assert_eq!(find(&p, "camera", "video0").seen, value("Camera <1B>[31m"));
        assert_eq!(find(&p, "sound", "card0").seen, value("PCH"));
        assert_eq!(find(&p, "bluetooth", "").seen, Seen::Absent);
        assert_eq!(find(&p, "input", "bus 0005").seen, value("Mouse"));
        assert_eq!(find(&p, "input", "bus 0003").seen, value("2.4G Receiver"));
        assert_eq!(find(&p, "removable", "sdb").seen, value("Stick 16G"));
        assert_eq!(find(&p, "mounted", "sdb1").seen, value("/media/u\\040盘"));
        assert_eq!(find(&p, "password", "PASS_MAX_DAYS").seen, value("90"));
        assert_eq!(find(&p, "password", "ENCRYPT_METHOD").seen, Seen::Absent);
        assert_eq!(find(&p, "password", "minlen").seen, value("10"));
        assert_eq!(find(&p, "password", "ucredit").seen, Seen::Absent);
        find(&p, "password", "pam_pwquality");
        assert_eq!(find(&p, "updates", "dpkg").seen, value("2026-03-01"));
        let text = serde_json::to_string(&p).unwrap();
        assert_eq!(serde_json::from_str::<Probe>(&text).unwrap(), p);
    }

    #[test]
    fn nothing_there_and_not_readable_are_told_apart() {
        let empty = tree(&[]);
        let p = probe(empty.path(), "");
        assert!(p.facts.iter().all(|f| f.seen == Seen::Absent && f.source.starts_with('/')), "{p:?}");
        for topic in
            ["interface", "camera", "sound", "bluetooth", "input", "removable", "mounted", "password", "updates"]
        {
            assert!(p.facts.iter().any(|f| f.topic == topic), "{topic} is said to be absent, not left out");
        }
        // A file where a folder belongs, a folder where a file belongs.
        let odd = tree(&[("sys/class/net", "x"), ("etc/login.defs/x", "x"), ("proc/bus/input/devices/x", "")]);
        let p = probe(odd.path(), "");
        for (topic, name) in [("interface", ""), ("password", "PASS_MIN_LEN"), ("input", "")] {
            let fact = find(&p, topic, name);
            assert!(matches!(&fact.seen, Seen::Unreadable(why) if !why.is_empty()), "{fact:?}");
        }
    }

    #[test]
    fn the_own_machine_is_read_without_a_trace() {
        let p = probe(Path::new("/"), "");
        assert!(p.facts.iter().any(|f| f.topic == "system" && matches!(&f.seen, Seen::Value(v) if !v.is_empty())));
        assert_eq!(probe(Path::new("/"), "").facts.len(), p.facts.len());
    }
}
