//! Opening and making stores.

use std::path::Path;
use std::sync::Arc;

use chrono::Datelike;

use super::{Session, SessionError, Settings, secret};
use crate::clock;
use crate::crypto::{KeySource, Suite};
use crate::decide::{self, Who};
use crate::domain::operator::is_operator_id;
use crate::domain::{Actor, Change, Channel, Command, Date, Operator, Packed, Role, View};
use crate::error::{Error, Kind};
use crate::rules::{self, Packs, RulesProjector};
use crate::store::{self, Mode, NewStore, OpenOptions, Outcome, Stamp, Store, Work};

/// A store to be made by [`Session::init`].
#[derive(Debug, Clone)]
pub struct Init {
    /// Name of the first unit.
    pub unit: String,
    /// Its personnel pack.
    pub pack: String,
    /// The law beside it.
    pub law: bool,
    /// Duties due before do not exist; 1 January of this year when left out.
    pub tracking_from: Option<Date>,
    /// Host or personal.
    pub mode: Mode,
    /// A passphrase instead of a key file.
    pub passphrase: bool,
    /// Cipher and hash.
    pub suite: Suite,
    /// A host's three administrators, `ID` or `ID=NAME` each.
    pub administrators: Vec<(Role, String)>,
}

/// The packs: the embedded ones and those of the configured folder.
///
/// # Errors
/// Every problem of every file of the folder, as one failure each.
pub fn packs(settings: &Settings) -> Result<Packs, Vec<Error>> {
    let Some(folder) = &settings.packs else { return Ok(rules::embedded()) };
    let unreadable = |path: &Path, e: std::io::Error| {
        vec![Error::new(Kind::Input, "packs_unreadable").with("path", path.display()).with("reason", e)]
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|e| unreadable(folder, e))? {
        let path = entry.map_err(|e| unreadable(folder, e))?.path();
        if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?;
            files.push((path.display().to_string(), text));
        }
    }
    files.sort();
    rules::with_own(&files).map_err(|problems| {
        let texts = crate::i18n::Texts::new(settings.lang);
        let one = |p: rules::PackProblem| {
            let values = [("value", &p.value), ("hint", &p.hint)];
            Error::new(Kind::Input, "pack_problem")
                .with("file", &p.file)
                .with("line", p.line)
                .with("place", &p.place)
                .with("reason", texts.fill(&format!("pack_problem.{}", p.code), &values))
        };
        problems.into_iter().map(one).collect()
    })
}

impl Session {
    /// Opens the register.
    ///
    /// # Errors
    /// Everything that can be wrong with a file, its secret, the packs or the operator.
    pub fn open(settings: &Settings) -> Result<Self, Vec<Error>> {
        Self::open_as(settings, OpenOptions::default())
    }

    /// Opens the register for a command that reads: the file stays as it is, unless the reading is to be written down.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open_to_read(settings: &Settings) -> Result<Self, Vec<Error>> {
        Self::open_as(settings, OpenOptions { when_needed: true, ..OpenOptions::default() })
    }

    fn open_as(settings: &Settings, options: OpenOptions) -> Result<Self, Vec<Error>> {
        let peek = store::peek(&settings.store).map_err(|e| vec![e.into()])?;
        let key = secret::for_store(settings, &peek).map_err(|e| vec![e])?;
        Self::open_with(settings, &key, options)
    }

    /// Opens the register by a secret.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub(super) fn open_by(settings: &Settings, key: &KeySource) -> Result<Self, Vec<Error>> {
        Self::open_with(settings, key, OpenOptions::default())
    }

    fn open_with(settings: &Settings, key: &KeySource, options: OpenOptions) -> Result<Self, Vec<Error>> {
        let packs = packs(settings)?;
        let one = |e: Error| vec![e];
        let from_store = |e: store::StoreError| one(e.into());
        let projector = Arc::new(RulesProjector::new(packs.clone()));
        let store = Store::open(&settings.store, key, options, projector).map_err(from_store)?;
        let operator = store.read(|s| operator(s.operators()?, settings)).map_err(|e| match e {
            SessionError::Error(e) => one(e),
            SessionError::Refused(_) => one(Error::new(Kind::Permission, "operator_needed")),
        })?;
        let session = Self::new(store, packs, settings.clone(), operator);
        session.hold_against_heads().map_err(|e| match e {
            SessionError::Error(e) => one(e),
            SessionError::Refused(_) => Vec::new(),
        })?;
        Ok(session)
    }

    /// Makes a new, empty register with one unit and one operator, and opens it.
    ///
    /// # Errors
    /// A file in the way, an unknown pack, a wrong name or passphrase. Nothing is left behind then.
    pub fn init(settings: &Settings, init: &Init) -> Result<Self, Vec<Error>> {
        let packs = packs(settings)?;
        let one = |e: Error| vec![e];
        let Some(pack) = packs.get(&init.pack) else {
            let known = packs.personnel().iter().map(|p| p.id.clone()).collect::<Vec<_>>().join(", ");
            return Err(one(Error::new(Kind::Input, "pack_unknown").with("pack", &init.pack).with("known", known)));
        };
        if !pack.kind.judges() {
            return Err(one(Error::new(Kind::Input, "pack_not_personnel").with("pack", &init.pack)));
        }
        if init.unit.trim().is_empty() {
            return Err(one(Error::new(Kind::Input, "unit_name_empty")));
        }
        if settings.store.exists() {
            return Err(one(Error::new(Kind::Store, "file_exists").with("path", settings.store.display())));
        }
        let operators = first_operators(settings, init).map_err(one)?;
        make_folder(&settings.store).map_err(one)?;
        let key_path = settings.key_path();
        let key = if init.passphrase { secret::new_passphrase(settings) } else { secret::make_key_file(&key_path) };
        let key = key.map_err(one)?;
        let made =
            make(settings, packs, &NewStore { suite: init.suite, ..NewStore::new(init.mode, key) }, init, operators);
        if made.is_err() && !init.passphrase {
            let _ = std::fs::remove_file(&key_path);
        }
        made.map_err(|e| match e {
            SessionError::Error(e) => one(e),
            SessionError::Refused(r) => {
                let texts = crate::i18n::Texts::new(settings.lang);
                one(Error::new(Kind::Input, "init_refused")
                    .with("reason", super::answer::sentence(texts, "refusal", r.code, &r.values)))
            }
        })
    }
}

fn make(
    settings: &Settings,
    packs: Packs,
    new: &NewStore,
    init: &Init,
    mut operators: Vec<Operator>,
) -> Result<Session, SessionError> {
    let today = settings.today.unwrap_or_else(clock::today);
    let command = Command::AddUnit {
        name: init.unit.trim().to_owned(),
        pack: init.pack.clone(),
        law: init.law,
        tracking_from: init.tracking_from.unwrap_or_else(|| Date::from_ymd_opt(today.year(), 1, 1).unwrap_or(today)),
    };
    let projector = Arc::new(RulesProjector::new(packs.clone()));
    let store = Store::found(&settings.store, new, projector, |store| {
        found(store, &packs, &operators, today, "init", &[command])
    })?;
    let operator = operators.pop().unwrap_or_else(|| owner(settings));
    Ok(Session::new(store, packs, settings.clone(), operator))
}

/// The single operator of a store that is not a host's.
pub(super) fn owner(settings: &Settings) -> Operator {
    let id = settings.operator.clone().or_else(|| settings.login.clone()).unwrap_or_else(|| "owner".to_owned());
    Operator { revision: 1, roles: vec![Role::Owner], ..Operator::new(1, id.clone(), id) }
}

/// The operators a new store begins with, the one who may found a unit last: on a host its three administrators.
fn first_operators(settings: &Settings, init: &Init) -> Result<Vec<Operator>, Error> {
    let refuse = |code| Error::new(Kind::Input, code);
    if init.mode != Mode::Host {
        return if init.administrators.is_empty() { Ok(vec![owner(settings)]) } else { Err(refuse("host_only")) };
    }
    let mut all: Vec<Operator> = Vec::new();
    for role in [Role::SystemAdmin, Role::Auditor, Role::SecurityAdmin] {
        let Some((_, named)) = init.administrators.iter().find(|(r, _)| *r == role) else {
            return Err(refuse("administrators_needed"));
        };
        let (id, name) = named.split_once('=').unwrap_or((named, named));
        let (id, name) = (id.trim(), name.trim());
        if !is_operator_id(id) || name.is_empty() {
            return Err(refuse("administrator_wrong").with("value", named));
        }
        if all.iter().any(|o| o.id == id || o.name == name) {
            return Err(refuse("administrators_distinct").with("value", named));
        }
        let number = all.len() as u64 + 1;
        all.push(Operator { revision: 1, roles: vec![role], ..Operator::new(number, id, name) });
    }
    Ok(all)
}

/// The first transaction of a store: its operators and what `commands` make, in the name of the last of them.
pub(super) fn found(
    store: &Store,
    packs: &Packs,
    operators: &[Operator],
    today: Date,
    verb: &str,
    commands: &[Command],
) -> Result<(), SessionError> {
    let Some(operator) = operators.last() else {
        return Err(Error::new(Kind::Permission, "operator_needed").with("id", "-").into());
    };
    let who = Who::from(operator);
    let actor = Actor { operator: operator.id.clone(), channel: Channel::System };
    let stamp = Stamp { actor, at: clock::stamp(), today, request_id: None, expect_head: Some(0) };
    let outcome = store.transact(&stamp, |view: &dyn View| {
        let cx = decide::Context { packs, who: &who, today };
        let mut batch = decide::Overlay::new(view);
        for command in commands {
            let decision = decide::decide(&batch, &cx, command)?;
            batch.absorb(decision.changes);
        }
        let mut changes = batch.into_changes();
        changes.extend(operators.iter().map(|o| Packed::new(&Change::Operator(Box::new(o.clone())))));
        Ok(Work { verb: verb.to_owned(), changes, ..Work::default() })
    })?;
    match outcome {
        Outcome::Refused(refusal) => Err(SessionError::Refused(Box::new(refusal))),
        Outcome::Committed(_) | Outcome::Replayed(_) => Ok(()),
    }
}

/// Makes the folder of a file, for its owner alone.
pub(super) fn make_folder(file: &Path) -> Result<(), Error> {
    let Some(folder) = file.parent().filter(|p| !p.as_os_str().is_empty() && !p.exists()) else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(folder)
        .map_err(|e| Error::new(Kind::Store, "folder_unwritable").with("path", folder.display()).with("reason", e))
}

/// Who works here: the one named, else the only one, else the one whose id is the login name.
fn operator(all: Vec<Operator>, settings: &Settings) -> Result<Operator, SessionError> {
    let refuse = |code: &'static str, id: &str| SessionError::Error(Error::new(Kind::Permission, code).with("id", id));
    let found = match (&settings.operator, &settings.login) {
        (Some(id), _) => match all.into_iter().find(|o| o.id == *id) {
            Some(operator) => operator,
            None => return Err(refuse("operator_unknown", id)),
        },
        (None, login) => {
            let only = all.len() == 1;
            let fits = |o: &Operator| only || login.as_ref().is_some_and(|l| *l == o.id);
            match all.into_iter().find(fits) {
                Some(operator) => operator,
                None => return Err(refuse("operator_needed", login.as_deref().unwrap_or("-"))),
            }
        }
    };
    if found.disabled {
        return Err(refuse("operator_disabled", &found.id));
    }
    Ok(found)
}
