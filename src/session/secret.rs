//! Where the secret that opens a store comes from: the key file, `SHOUMI_PASSPHRASE`, or the terminal without echo.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use crate::crypto::{KeySource, SlotKind, new_key_file};
use crate::error::{Error, Kind};
use crate::i18n::Texts;
use crate::store::{Mode, Peek};

use super::Settings;

/// The largest key file that is read.
const KEY_LIMIT: u64 = 64 * 1024;
/// The fewest characters of a new passphrase.
const SHORTEST: usize = 8;

/// The secret for the store with this header.
pub(super) fn for_store(settings: &Settings, peek: &Peek) -> Result<KeySource, Error> {
    let has = |kind: SlotKind| peek.slots.contains(&kind);
    if peek.mode == Mode::Demo || has(SlotKind::Demo) {
        return Ok(KeySource::Demo);
    }
    let key_path = settings.key_path();
    if has(SlotKind::KeyFile) && (key_path.exists() || !has(SlotKind::Passphrase)) {
        return read_key_file(&key_path).map(KeySource::KeyFile);
    }
    if let Some(passphrase) = &settings.passphrase {
        return Ok(KeySource::Passphrase(passphrase.clone()));
    }
    if settings.may_ask {
        return ask(Texts::new(settings.lang), "cli.ask.passphrase").map(KeySource::Passphrase);
    }
    Err(Error::new(Kind::Store, "passphrase_needed"))
}

fn read_key_file(path: &Path) -> Result<Vec<u8>, Error> {
    let fail = |e: std::io::Error| {
        let code = if e.kind() == std::io::ErrorKind::NotFound { "key_missing" } else { "key_unreadable" };
        Error::new(Kind::Store, code).with("path", path.display()).with("reason", e)
    };
    let mut bytes = Vec::new();
    File::open(path).map_err(fail)?.take(KEY_LIMIT).read_to_end(&mut bytes).map_err(fail)?;
    Ok(bytes)
}

/// Makes a new key file, readable by its owner alone; an older one is never overwritten.
pub(super) fn make_key_file(path: &Path) -> Result<KeySource, Error> {
    let fail = |e: std::io::Error| {
        let code = if e.kind() == std::io::ErrorKind::AlreadyExists { "key_exists" } else { "key_unwritable" };
        Error::new(Kind::Store, code).with("path", path.display()).with("reason", e)
    };
    let bytes = new_key_file().map_err(|_| Error::new(Kind::Store, "no_random"))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(fail)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(fail)?;
    Ok(KeySource::KeyFile(bytes.to_vec()))
}

/// The passphrase of a bundle that came.
pub(super) fn of_bundle(settings: &Settings) -> Result<KeySource, Error> {
    match &settings.bundle_passphrase {
        Some(p) => Ok(KeySource::Passphrase(p.clone())),
        None if settings.may_ask => ask(Texts::new(settings.lang), "cli.ask.bundle")
            .map(KeySource::Passphrase)
            .map_err(|_| Error::new(Kind::Input, "bundle_passphrase")),
        None => Err(Error::new(Kind::Input, "bundle_passphrase")),
    }
}

/// The passphrase of a bundle that goes.
pub(super) fn for_bundle(settings: &Settings) -> Result<KeySource, Error> {
    let needed = Error::new(Kind::Input, "bundle_passphrase");
    let made = new_secret(settings, settings.bundle_passphrase.as_ref(), "cli.ask.new_bundle");
    made.map_err(|e| if e.code == "passphrase_needed" { needed } else { e })
}

/// A new passphrase: from the environment, else asked for twice.
pub(super) fn new_passphrase(settings: &Settings) -> Result<KeySource, Error> {
    new_secret(settings, settings.passphrase.as_ref(), "cli.ask.new_passphrase")
}

/// The passphrase that is to open the store from now on.
pub(super) fn next_passphrase(settings: &Settings) -> Result<KeySource, Error> {
    new_secret(settings, settings.new_passphrase.as_ref(), "cli.ask.new_passphrase")
}

/// The recovery code, as somebody reads it from paper.
pub(super) fn recovery(settings: &Settings) -> Result<KeySource, Error> {
    let asked = match &settings.recovery {
        Some(code) => Some(code.clone()),
        None if settings.may_ask => ask(Texts::new(settings.lang), "cli.ask.recovery").ok(),
        None => None,
    };
    asked.map(KeySource::Recovery).ok_or_else(|| Error::new(Kind::Store, "recovery_needed"))
}

fn new_secret(settings: &Settings, given: Option<&String>, question: &str) -> Result<KeySource, Error> {
    let texts = Texts::new(settings.lang);
    let passphrase = match given {
        Some(p) => p.clone(),
        None if !settings.may_ask => return Err(Error::new(Kind::Input, "passphrase_needed")),
        None => {
            let first = ask(texts, question)?;
            long_enough(&first)?;
            if ask(texts, "cli.ask.again")? != first {
                return Err(Error::new(Kind::Input, "passphrase_differs"));
            }
            first
        }
    };
    long_enough(&passphrase)?;
    Ok(KeySource::Passphrase(passphrase))
}

/// A new passphrase is refused before it is typed twice.
fn long_enough(passphrase: &str) -> Result<(), Error> {
    if passphrase.chars().count() < SHORTEST {
        return Err(Error::new(Kind::Input, "passphrase_short").with("least", SHORTEST));
    }
    Ok(())
}

/// Asks at the terminal without showing what is typed. The terminal is used even where standard input is a pipe.
fn ask(texts: Texts, key: &str) -> Result<String, Error> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let none = |_| Error::new(Kind::Store, "passphrase_needed");
    let mut tty = OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(none)?;
    let before = tcgetattr(&tty).map_err(|_| Error::new(Kind::Store, "passphrase_needed"))?;
    let mut silent = before.clone();
    // Without signals too: an interrupt must not leave the terminal without echo.
    silent.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
    write!(tty, "{}", texts.t(key)).map_err(none)?;
    tcsetattr(&tty, OptionalActions::Flush, &silent).map_err(|_| Error::new(Kind::Store, "passphrase_needed"))?;
    let line = read_line(&mut tty);
    let _ = tcsetattr(&tty, OptionalActions::Flush, &before);
    let _ = writeln!(tty);
    line.ok_or_else(|| Error::new(Kind::Store, "passphrase_needed"))
}

/// A line from the terminal; nothing on end of input or an interrupt.
fn read_line(tty: &mut File) -> Option<String> {
    let mut bytes = Vec::new();
    let mut one = [0];
    while tty.read(&mut one).ok()? == 1 {
        match one {
            [b'\n' | b'\r'] => return String::from_utf8(bytes).ok(),
            [3 | 4] => return None,
            [b] if bytes.len() < 4096 => bytes.push(b),
            _ => return None,
        }
    }
    None
}
