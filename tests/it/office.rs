//! A register in memory, for tests of the driver alone: one unit, one operator, nobody else.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use shoumi::app::{LastDraft, Register, Snapshot};
use shoumi::domain::{Command, Date, Operator, PersonId, Unit, UnitId};
use shoumi::error::{Error, Kind};
use shoumi::rules::{Question, Verdict};
use shoumi::screens::{Card, Got, Read, StoreState};
use shoumi::session::{Done, Kept, SessionError};

/// The register.
#[derive(Debug, Default)]
pub struct Office {
    /// The journal's sequence number; tests move it.
    pub head: AtomicU64,
    /// Where to write down how the program ended.
    pub log: Option<PathBuf>,
    /// What was kept for the operator.
    pub kept: Mutex<Vec<(Kept, String)>>,
}

impl Office {
    fn note(&self, line: &str) {
        if let Some(path) = &self.log {
            let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
            writeln!(file, "{line}").unwrap();
        }
    }
}

impl Register for Office {
    fn snapshot(&self) -> Result<Snapshot, Error> {
        let unit = Unit {
            id: UnitId(1),
            revision: 1,
            name: "示范单位".into(),
            pack: "p5-company".into(),
            pack_version: "1".into(),
            law: false,
            tracking_from: crate::support::day("2024-01-01"),
            choices: BTreeMap::new(),
        };
        let operator = Operator { revision: 1, ..Operator::new(1, "li.na", "李娜") };
        let head = self.head.load(Ordering::SeqCst);
        let index = Arc::new(shoumi::index::Index::new(crate::support::day("2026-03-16")));
        let packs = shoumi::rules::embedded();
        Ok(Snapshot {
            head,
            index,
            packs,
            units: vec![unit],
            choices: Vec::new(),
            operator,
            accounts: Vec::new(),
            store: StoreState::Demo,
        })
    }

    fn poll(&self, head: u64) -> Result<Option<Snapshot>, Error> {
        if self.head.load(Ordering::SeqCst) == head { Ok(None) } else { self.snapshot().map(Some) }
    }

    fn card(&self, _: PersonId, _: Date) -> Result<Card, Error> {
        Err(Error::new(Kind::Refused, "not_found"))
    }

    fn answer(&self, _: PersonId, _: Question, _: Date) -> Result<Verdict, Error> {
        Err(Error::new(Kind::Refused, "not_found"))
    }

    fn read(&self, _: &Read) -> Result<Got, Error> {
        Err(Error::new(Kind::Refused, "not_found"))
    }

    fn commit(&self, command: Command, _: Option<(PersonId, u64)>) -> Result<Done, SessionError> {
        self.note(&format!("commit {}", command.verb()));
        Ok(Done { seq: self.head.fetch_add(1, Ordering::SeqCst) + 1, ..Done::default() })
    }

    fn keep(&self, kept: Kept, text: Option<&str>) -> Result<(), Error> {
        let mut all = self.kept.lock().unwrap();
        all.retain(|(k, _)| *k != kept);
        all.extend(text.map(|t| (kept, t.to_owned())));
        Ok(())
    }

    fn kept(&self, kept: Kept) -> Result<Option<String>, Error> {
        Ok(self.kept.lock().unwrap().iter().find(|(k, _)| *k == kept).map(|(_, t)| t.clone()))
    }

    fn leave(&self, draft: LastDraft) {
        self.note(&format!("left {:?} {draft:?}", std::thread::current().name().unwrap_or("?")));
    }
}
