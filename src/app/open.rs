//! From a session to the screens: keymap, day, language, where to start.

use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use super::live::Live;
use super::run::{Options, run};
use super::say::sentence;
use crate::i18n::{self, Texts};
use crate::keys::{BUILT_IN, Keymap, Problem, ProblemKind, load};
use crate::screens::{ScreenId, Target};
use crate::session::{Mode, Session, SessionError};

/// Nobody at the keyboard of a host for this long: the screen goes blank; then the session ends.
const IDLE: (Duration, Duration) = (Duration::from_mins(3), Duration::from_mins(10));
/// Whole numbers stay on the screen for so long at most.
const NUMBERS: Duration = Duration::from_secs(10);
/// A keymap file longer than this is none.
const KEYMAP_LIMIT: u64 = 1 << 20;

/// Where the screens start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// The screen's name: `today, people, periods, travel, training`; Today when it is none of them.
    pub view: Option<String>,
    /// The filter of a list.
    pub query: Option<String>,
    /// The operator was named by the forced command of a key (`--operator`).
    pub forced: bool,
    /// Lines of text instead of a screen.
    pub plain: bool,
}

impl Start {
    fn target(&self) -> Option<Target> {
        let named = |id: &ScreenId| self.view.as_deref() == Some(id.code());
        let screen = ScreenId::TABS.iter().map(|(id, _)| *id).find(named);
        // A filter without a list is meant for everybody.
        let screen = screen.or(self.query.as_ref().map(|_| ScreenId::People))?;
        Some(match &self.query {
            Some(query) => Target::filtered(screen, query.clone()),
            None => Target::screen(screen),
        })
    }
}

/// Whether the arguments name the operator, as the forced command of a key does.
pub fn names_operator(args: &[OsString]) -> bool {
    args.iter().filter_map(|a| a.to_str()).any(|a| a == "--operator" || a.starts_with("--operator="))
}

/// A key with a forced command opens the program and nothing else: a command sent with it is refused before anything is
/// read, with exit code 65.
pub fn remote_command(forced: bool) -> Option<u8> {
    if !forced || std::env::var_os("SSH_ORIGINAL_COMMAND").is_none() {
        return None;
    }
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|n| std::env::var(n).ok().filter(|v| !v.is_empty()));
    eprintln!("{}", Texts::new(i18n::choose(None, None, locale.as_deref())).t("shell.remote_command"));
    Some(65)
}

/// Opens the screens on a session; comes back with the exit code when they are left.
pub fn open(session: Session, start: &Start) -> u8 {
    let (keymap, problems) = keymap(session.keymap());
    let options = Options {
        lang: session.lang(),
        keymap,
        problems,
        today: (!session.follows_clock()).then(|| session.today()),
        start: start.target(),
        forced: start.forced,
        plain: start.plain,
        idle: (session.mode() == Mode::Host).then_some(IDLE),
        numbers: NUMBERS,
    };
    let texts = session.texts();
    let code = run(Arc::new(Live::new(session.clone())), options);
    if let Err(SessionError::Error(error)) = session.note_head() {
        eprintln!("{}", sentence(texts, &error));
    }
    code
}

/// A built-in keymap by name, or a file over the default.
pub fn keymap(wanted: Option<&str>) -> (Keymap, Vec<Problem>) {
    let Some(wanted) = wanted else { return load("default", None) };
    let is_file = wanted.contains('/') || std::path::Path::new(wanted).extension().is_some_and(|e| e == "toml");
    if !is_file || BUILT_IN.iter().any(|(name, _)| *name == wanted) {
        return load(wanted, None);
    }
    match read(wanted) {
        Ok(text) => load("default", Some((wanted, &text))),
        Err(error) => {
            let (keymap, mut problems) = load("default", None);
            let kind = ProblemKind::Unreadable(error.to_string());
            let (table, action, key) = (String::new(), String::new(), String::new());
            problems.push(Problem { file: wanted.to_owned(), table, action, key, kind });
            (keymap, problems)
        }
    }
}

fn read(path: &str) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path)?.take(KEYMAP_LIMIT).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Action;

    #[test]
    fn a_keymap_is_a_name_or_a_file() {
        assert_eq!(keymap(None).0, load("default", None).0);
        assert_eq!(keymap(Some("vim")), load("vim", None));
        let (map, problems) = keymap(Some("emacs"));
        assert_eq!((map, problems[0].code()), (load("default", None).0, "unknown_base"));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("my.toml");
        std::fs::write(&path, "base = \"vim\"\n[list]\nopen = [\"o\"]\nsort_next = [\"s\"]\n").unwrap();
        let (map, problems) = keymap(path.to_str());
        assert_eq!((map.shown(Action::Open).as_deref(), problems), (Some("o"), vec![]));
        let missing = dir.path().join("none.toml");
        assert_eq!(keymap(missing.to_str()).1[0].code(), "unreadable");
        std::fs::write(&path, b"\xff\xfe").unwrap();
        assert_eq!(keymap(path.to_str()).1[0].code(), "unreadable");
    }

    #[test]
    fn a_view_or_a_filter_says_where_to_start() {
        let start = |view: Option<&str>, query: Option<&str>| Start {
            view: view.map(str::to_owned),
            query: query.map(str::to_owned),
            forced: false,
            plain: false,
        };
        assert_eq!(start(None, None).target(), None);
        assert_eq!(start(Some("travel"), None).target(), Some(Target::screen(ScreenId::Travel)));
        assert_eq!(start(None, Some("zw")).target(), Some(Target::filtered(ScreenId::People, "zw")));
        assert_eq!(start(Some("periods"), Some("x")).target(), Some(Target::filtered(ScreenId::Periods, "x")));
        assert_eq!(start(Some("person"), None).target(), None);
    }
}
