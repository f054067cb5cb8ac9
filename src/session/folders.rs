//! Where files come in and go out. Alone with his register somebody names whatever file he likes; where the configuration
//! names a folder, as on a host, there are names in that one folder and nothing else.

use std::path::{Path, PathBuf};

use super::Settings;
use crate::error::{Error, Kind};
use crate::exchange::Readers;
use crate::text::{clean, mask_numbers};

/// No longer name is taken.
const LONGEST: usize = 200;

impl Settings {
    /// The file that is read when somebody names `path`. Readers of files follow no link, so one that is allowed is
    /// followed here.
    ///
    /// # Errors
    /// `file_elsewhere`, `file_hidden`, `file_name`, `file_is_link`, `folder_unusable`.
    pub fn incoming(&self, path: &Path) -> Result<PathBuf, Error> {
        match &self.import_dir {
            Some(folder) => within(folder, path),
            None if path.is_symlink() => Ok(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())),
            None => Ok(path.to_owned()),
        }
    }

    /// Who may read what is written: files in a folder the configuration names are there to be fetched, by the group root
    /// gave the folder.
    pub fn readers(&self) -> Readers {
        if self.export_dir.is_some() { Readers::Folder } else { Readers::Owner }
    }

    /// The file that is written when somebody names `path`.
    ///
    /// # Errors
    /// As [`Settings::incoming`]; `file_name_number`.
    pub fn outgoing(&self, path: &Path) -> Result<PathBuf, Error> {
        let Some(folder) = &self.export_dir else { return Ok(path.to_owned()) };
        let whole = within(folder, path)?;
        // The names of files are seen by more people than what is in them.
        let name = path.to_string_lossy();
        let masked = mask_numbers(&name);
        if masked != name {
            return Err(Error::new(Kind::Input, "file_name_number").with("path", masked));
        }
        Ok(whole)
    }
}

/// A name in a folder, and nothing that leads out of it.
fn within(folder: &Path, path: &Path) -> Result<PathBuf, Error> {
    let refuse = |code| {
        let error = Error::new(Kind::Input, code);
        Err(error.with("path", path.display()).with("folder", folder.display()))
    };
    let Some(name) = path.to_str().filter(|n| !n.is_empty() && n.len() <= LONGEST && clean(n) == **n) else {
        return refuse("file_name");
    };
    if name == "." || name == ".." || name.contains(['/', '\\']) {
        return refuse("file_elsewhere");
    }
    if name.starts_with('.') {
        return refuse("file_hidden");
    }
    let unusable = |reason: std::io::Error| {
        Error::new(Kind::Input, "folder_unusable").with("folder", folder.display()).with("reason", reason)
    };
    // Root named the folder: a link in its own path is root's.
    let whole = std::fs::canonicalize(folder).map_err(unusable)?;
    if !whole.is_dir() {
        return Err(unusable(std::io::ErrorKind::NotADirectory.into()));
    }
    let whole = whole.join(name);
    if whole.is_symlink() {
        return refuse("file_is_link");
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;
    use crate::i18n::Lang;

    fn bound(folder: &Path) -> Settings {
        let mut settings = Settings::at(folder.join("r.shoumi"), Lang::En);
        settings.import_dir = Some(folder.join("files"));
        settings.export_dir = Some(folder.join("files"));
        std::fs::create_dir(folder.join("files")).unwrap();
        settings
    }

    fn codes(settings: &Settings, path: &OsStr) -> [&'static str; 2] {
        let code = |found: Result<PathBuf, Error>| match found {
            Ok(path) => {
                let folder = std::fs::canonicalize(settings.import_dir.as_ref().unwrap()).unwrap();
                assert_eq!(path.parent(), Some(&*folder), "{}", path.display());
                "taken"
            }
            Err(error) => error.code,
        };
        [code(settings.incoming(Path::new(path))), code(settings.outgoing(Path::new(path)))]
    }

    #[test]
    fn a_name_in_the_folder_is_taken_and_nothing_that_leads_out_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let settings = bound(dir.path());
        let inside = dir.path().join("files/list.csv");
        let long = "长".repeat(80);
        for (path, code) in [
            ("list.csv", "taken"),
            ("名册 2026-03.xlsx", "taken"),
            ("-rf", "taken"),
            ("", "file_name"),
            (&*long, "file_name"),
            ("a\u{202e}vsc.exe", "file_name"),
            ("a\nb", "file_name"),
            ("a\u{1b}]52;c;eA==\u{7}", "file_name"),
            ("a\u{200b}b", "file_name"),
            (".", "file_elsewhere"),
            ("..", "file_elsewhere"),
            ("../list.csv", "file_elsewhere"),
            ("./list.csv", "file_elsewhere"),
            ("a/../list.csv", "file_elsewhere"),
            ("below/list.csv", "file_elsewhere"),
            ("list.csv/", "file_elsewhere"),
            ("..\\list.csv", "file_elsewhere"),
            ("/etc/passwd", "file_elsewhere"),
            (inside.to_str().unwrap(), "file_elsewhere"),
            ("~/list.csv", "file_elsewhere"),
            (".list.csv", "file_hidden"),
            ("...", "file_hidden"),
        ] {
            assert_eq!(codes(&settings, OsStr::new(path)), [code; 2], "{path:?}");
        }
        assert_eq!(codes(&settings, OsStr::from_bytes(b"a\xff.csv")), ["file_name"; 2]);
        assert_eq!(codes(&settings, OsStr::new("110101199003078515.csv")), ["taken", "file_name_number"]);
    }

    #[test]
    fn links_are_followed_where_nothing_is_bound_and_nowhere_else() {
        let dir = tempfile::tempdir().unwrap();
        let settings = bound(dir.path());
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        for (name, to) in [("link.csv", "../secret"), ("dangling.csv", "../nothing"), ("self.csv", "self.csv")] {
            std::os::unix::fs::symlink(to, dir.path().join("files").join(name)).unwrap();
            assert_eq!(codes(&settings, OsStr::new(name)), ["file_is_link"; 2], "{name}");
        }
        let free = Settings::at(dir.path().join("r.shoumi"), Lang::En);
        let link = dir.path().join("files/link.csv");
        assert_eq!(free.incoming(&link).unwrap(), std::fs::canonicalize(dir.path().join("secret")).unwrap());
        assert_eq!(free.outgoing(&link).unwrap(), link);
    }

    #[test]
    fn a_folder_that_is_none_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let mut settings = Settings::at(dir.path().join("r.shoumi"), Lang::En);
        settings.export_dir = Some(dir.path().join("nowhere"));
        assert_eq!(settings.outgoing(Path::new("a.csv")).unwrap_err().code, "folder_unusable");
        std::fs::write(dir.path().join("nowhere"), "").unwrap();
        assert_eq!(settings.outgoing(Path::new("a.csv")).unwrap_err().code, "folder_unusable");
    }
}
