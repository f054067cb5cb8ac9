//! Open, commit, refresh, import: what screens and command line share.
//!
//! | file | does |
//! |---|---|
//! | `settings`, `config` | flags, environment, configuration file |
//! | `open`, `secret` | opening and making stores; key files and passphrases |
//! | `commit`, `apply` | commands, one by one, all or nothing, from lines of JSON |
//! | `index` | everything lists and searches read, made of a state of the register |
//! | `card`, `list`, `due` | records in full, lists and the quick lookup, what falls due |
//! | `own` | an operator's draft and saved filters, sealed beside the store |
//! | `operator` | accounts, and the line by which a key opens the program |
//! | `inspect` | inspections, findings, checklists |
//! | `evidence` | scans and probes beside the items |
//! | `checklist` | checklists of other programs out and in |
//! | `bundle` | inspections out to a laptop and back |
//! | `keys` | what opens the register, exchanged |
//! | `note` | what stands in the journal without a change: numbers looked at, lists taken out |
//! | `journal` | pages of the journal, an entry in full, the chain followed |
//! | `import`, `export` | spreadsheets in, lists out |
//! | `folders` | where files come in and go out on a host |
//! | `form`, `paper`, `probe` | papers to be printed; what the machine says of itself |
//! | `head` | the newest entry noted outside: told, compared, written to a file of heads |
//! | `upkeep`, `doctor` | verify, backup, restore; what surrounds a register, and the doors of a host |
//! | `answer` | the answers in their stable JSON form, and as cells |
//! | `demo`, `make_demo` | invented people |

pub mod answer;
mod apply;
mod bundle;
mod card;
mod checklist;
mod commit;
mod config;
pub mod demo;
mod device;
mod doctor;
mod due;
mod error;
mod evidence;
mod export;
mod folders;
mod form;
mod head;
mod import;
mod index;
mod inspect;
mod journal;
mod keys;
mod list;
mod make_demo;
mod minutes;
mod note;
mod once;
mod open;
mod operator;
mod own;
mod paper;
mod past;
mod probe;
mod secret;
mod settings;
mod upkeep;

pub use crate::crypto::Suite;
pub use crate::decide::{Refusal, RefusalKind, Warning};
pub use crate::store::{Mode, Problem as Damage};
pub use apply::{LineResult, Lines, RefusalAnswer};
pub use bundle::{BundleAnswer, BundleOf, Decided, MergeAnswer, MergeReport, MergedAnswer};
pub use card::Card;
pub use checklist::{ListAsked, ListChange, ListConflict, ListIn, ListOut, ListSide};
pub use commit::Done;
pub use config::Config;
pub use doctor::{Check, CheckState, HostFiles};
pub use error::{SessionError, refusal_exit_code};
pub use evidence::EvidenceAnswer;
pub use export::{ExportAsked, Exported};
pub use form::FormRequest;
pub use head::{HeadCode, HeadState, Noted};
pub use import::{Difference, ImportOptions, ImportReport, RowRefusal};
pub use inspect::KnownTemplate;
pub use keys::{KeyAnswer, KeyChange, KeyKind};
pub use open::{Init, packs};
pub use operator::KeyLine;
pub use own::Kept;
pub use probe::write_probe;
pub use settings::{Flags, Settings, language};

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::clock;
use crate::decide::Reading;
use crate::domain::{Date, Operator, Unit, View};
use crate::error::{Error, Kind};
use crate::i18n::{Lang, Texts};
use crate::rules::{self, ChoiceState, Packs};
use crate::store::{Snapshot, Store};

/// The register as one operator uses it; clones share it, and any thread may use it.
#[derive(Clone)]
pub struct Session {
    store: Store,
    packs: Packs,
    settings: Settings,
    operator: Arc<RwLock<Known>>,
    own: Arc<own::Own>,
}

/// Who works here, as the register had it at a journal entry.
struct Known {
    head: u64,
    operator: Arc<Operator>,
}

impl Session {
    fn new(store: Store, packs: Packs, settings: Settings, operator: Operator) -> Self {
        // The first reading takes it anew.
        let known = Known { head: 0, operator: Arc::new(operator) };
        Self { store, packs, settings, operator: Arc::new(RwLock::new(known)), own: Arc::default() }
    }

    /// The evaluation day: `--today`, else the demo's own day, else today by the clock.
    pub fn today(&self) -> Date {
        self.settings.today.unwrap_or_else(|| match self.mode() {
            Mode::Demo => demo::today(),
            _ => clock::today(),
        })
    }

    /// Whether the evaluation day is the clock's, so that it turns at midnight.
    pub fn follows_clock(&self) -> bool {
        self.settings.today.is_none() && self.mode() != Mode::Demo
    }

    /// Language.
    pub const fn lang(&self) -> Lang {
        self.settings.lang
    }

    /// The sentences.
    pub const fn texts(&self) -> Texts {
        Texts::new(self.settings.lang)
    }

    /// Keymap name or file, where one is set.
    pub fn keymap(&self) -> Option<&str> {
        self.settings.keymap.as_deref()
    }

    /// Who works here, as of the last reading.
    pub fn operator(&self) -> Arc<Operator> {
        Arc::clone(&self.operator.read().unwrap_or_else(PoisonError::into_inner).operator)
    }

    /// What the store is for.
    pub fn mode(&self) -> Mode {
        self.store.mode()
    }

    /// Whether changes are impossible: the file may not be written, or another program held it too long.
    pub fn read_only(&self) -> bool {
        self.store.read_only()
    }

    /// Whether the file is a backup, which is read and restored, not worked in.
    pub fn is_backup(&self) -> bool {
        self.store.is_backup()
    }

    /// The file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// The rule packs.
    pub const fn packs(&self) -> &Packs {
        &self.packs
    }

    /// The number of the newest journal entry: cheap, for polling.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn head(&self) -> Result<u64, SessionError> {
        Ok(self.store.head()?.seq)
    }

    /// The units.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn units(&self) -> Result<Vec<Unit>, SessionError> {
        self.read(|s| Ok(s.units()?))
    }

    /// Every choice of a unit with its state.
    pub fn choices(&self, unit: &Unit) -> Vec<ChoiceState> {
        rules::choices(&self.packs, unit)
    }

    /// Runs `f` on a consistent state. Copy out what is needed and return: the state is held while `f` runs.
    ///
    /// # Errors
    /// The store's, or the closure's; `operator_disabled` once the operator has been shut out.
    pub fn read<T>(&self, f: impl FnOnce(&Snapshot) -> Result<T, SessionError>) -> Result<T, SessionError> {
        self.store.read(|s| {
            self.renew(s)?;
            s.limit(self.operator().reach());
            f(s)
        })
    }

    /// Takes the operator's rights as they are now, where the register has moved since they were taken.
    fn renew(&self, s: &Snapshot) -> Result<(), SessionError> {
        let head = s.head().seq;
        if self.operator.read().unwrap_or_else(PoisonError::into_inner).head == head {
            return Ok(());
        }
        let id = self.operator().id.clone();
        let refuse = |code| Error::new(Kind::Permission, code).with("id", &id);
        let operator = s.operator(&id)?.ok_or_else(|| refuse("operator_unknown"))?;
        if operator.disabled {
            return Err(refuse("operator_disabled").into());
        }
        *self.operator.write().unwrap_or_else(PoisonError::into_inner) = Known { head, operator: Arc::new(operator) };
        Ok(())
    }

    /// Refuses operators who see no personal data: administrators and the auditor.
    ///
    /// # Errors
    /// As [`Session::may_read`].
    pub fn may_read_people(&self) -> Result<(), SessionError> {
        self.may_read(Reading::People)
    }

    /// How many rows of a list about people the operator is shown at most: on a host some only look things up.
    pub(super) fn most_rows(&self) -> Option<usize> {
        let bounded = self.mode() == Mode::Host && !crate::decide::may_read(&self.operator().roles, Reading::Lists);
        bounded.then_some(usize::from(self.settings.rows))
    }

    /// Refuses operators whose rights, as they are now, do not cover it.
    ///
    /// # Errors
    /// `read_denied…`; the store cannot be read.
    pub fn may_read(&self, what: Reading) -> Result<(), SessionError> {
        self.read(|_| Ok(()))?;
        let operator = self.operator();
        if crate::decide::may_read(&operator.roles, what) {
            return Ok(());
        }
        let code = match what {
            Reading::People => "read_denied",
            Reading::Lists => "read_denied_lists",
            Reading::Operators => "read_denied_operators",
            Reading::Numbers => "read_denied_numbers",
        };
        Err(Error::new(Kind::Permission, code).with("id", &operator.id).into())
    }
}
