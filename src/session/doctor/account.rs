//! An account of the system, and what it may do with files by their owner, group and permission bits: so that root, who
//! may do everything, can ask for the account that the officers come in as. Lists of further rights (ACL) are not read.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Bits of a mode: read, write, enter.
pub const READ: u32 = 4;
pub const WRITE: u32 = 2;
pub const ENTER: u32 = 1;

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub name: String,
    groups: Vec<u32>,
}

impl Account {
    /// The account of a number, as the texts of `/etc/passwd` and `/etc/group` tell of it.
    pub fn find(uid: u32, passwd: &str, group: &str) -> Option<Self> {
        let (name, first) = passwd.lines().find_map(|line| {
            let parts: Vec<&str> = line.split(':').collect();
            let [name, _, number, group, ..] = *parts.as_slice() else { return None };
            (number.parse() == Ok(uid)).then(|| (name.to_owned(), group.parse().ok()))
        })?;
        let member = |line: &str| {
            let mut parts = line.split(':').skip(2);
            let number = parts.next()?.parse::<u32>().ok()?;
            parts.next()?.split(',').any(|m| m.trim() == name).then_some(number)
        };
        let groups = first.into_iter().chain(group.lines().filter_map(member)).collect();
        Some(Self { uid, name, groups })
    }

    /// Whether it may do all of `want` with what has this owner, group and mode.
    fn may(&self, (uid, gid, mode): (u32, u32, u32), want: u32) -> bool {
        let class = match uid {
            _ if self.uid == 0 => return true,
            uid if uid == self.uid => mode >> 6,
            _ if self.groups.contains(&gid) => mode >> 3,
            _ => mode,
        };
        class & want == want
    }

    /// Where it is stopped on its way to do `want` with a file: at a folder it may not enter, or at the file itself.
    pub fn stopped_at(&self, path: &Path, want: u32) -> Option<PathBuf> {
        let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let rights = |meta: Metadata| (meta.uid(), meta.gid(), meta.mode());
        let mut way: Vec<&Path> = whole.ancestors().collect();
        way.reverse();
        let shut = way.into_iter().find(|at| {
            let want = if **at == *whole { want } else { ENTER };
            std::fs::metadata(at).is_ok_and(|meta| !self.may(rights(meta), want))
        });
        shut.map(Path::to_owned)
    }
}

/// Whether an account's password field in the text of `/etc/shadow` locks it.
pub fn locked(shadow: &str, account: &str) -> bool {
    shadow.lines().any(|line| {
        let mut parts = line.split(':');
        parts.next() == Some(account) && parts.next().is_some_and(|field| field.starts_with('!'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSWD: &str = "root:x:0:0::/root:/bin/sh\nshoumi:x:990:980::/home/shoumi:/bin/sh\n";
    const GROUP: &str = "root:x:0:\nshoumi:x:980:\nfiles:x:970:alice,shoumi\nstaff:x:960:alice\n";

    #[test]
    fn rights_are_those_of_the_first_class_that_fits() {
        let account = Account::find(990, PASSWD, GROUP).unwrap();
        assert_eq!((account.name.as_str(), account.groups.as_slice()), ("shoumi", &[980, 970][..]));
        for (uid, gid, mode, want, may) in [
            (0, 970, 0o2770, WRITE | ENTER, true),
            (0, 960, 0o770, ENTER, false),
            (0, 980, 0o620, READ | WRITE, false),
            (0, 980, 0o660, READ | WRITE, true),
            (0, 960, 0o755, ENTER, true),
            (990, 0, 0o077, READ, false),
            (0, 980, 0o607, READ, false),
        ] {
            assert_eq!(account.may((uid, gid, mode), want), may, "{uid} {gid} {mode:o} {want}");
        }
        assert!(Account::find(0, PASSWD, GROUP).unwrap().may((990, 980, 0), READ | WRITE));
        assert_eq!(Account::find(7, PASSWD, GROUP), None);
    }

    #[test]
    fn a_password_field_that_begins_with_a_mark_locks() {
        let of = |field: &str| locked(&format!("root:*:1::::::\nshoumi:{field}:1::::::\n"), "shoumi");
        assert_eq!(["!", "!!", "!$6$x", "*", "", "$6$x", "!*"].map(of), [true, true, true, false, false, false, true]);
        assert!(!locked("shoumi2:!:\nother:!:\n", "shoumi"));
    }

    #[test]
    fn the_place_where_somebody_is_stopped_is_told() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let (folder, file) = (dir.path().join("a"), dir.path().join("a/f"));
        let mode = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(&file, "").unwrap();
        mode(dir.path(), 0o755);
        let stranger = Account { uid: u32::MAX - 9, name: "nobody".into(), groups: Vec::new() };
        let whole = |p: &Path| Some(std::fs::canonicalize(p).unwrap());
        for (of_folder, of_file, at) in
            [(0o755, 0o644, None), (0o755, 0o640, whole(&file)), (0o750, 0o644, whole(&folder))]
        {
            mode(&folder, of_folder);
            mode(&file, of_file);
            assert_eq!(stranger.stopped_at(&file, READ), at);
        }
    }
}
