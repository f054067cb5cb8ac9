//! A personal store in a folder of its own, with the screens over it.

use std::sync::Arc;

use shoumi::app::Register;
use shoumi::app::live::Live;
use shoumi::domain::{Channel, Inspection, InspectionId, View};
use shoumi::i18n::Lang;
use shoumi::session::{Init, Mode, Session, Settings};

use crate::support::{Harness, day, settings};

/// The day everything is judged by.
pub const TODAY: &str = "2026-03-16";

/// A store of one unit under p5, used by li.na.
pub struct Room {
    _folder: tempfile::TempDir,
    pub session: Session,
    pub register: Arc<dyn Register>,
}

impl Room {
    /// An empty store; with the law laid beside the pack, or without.
    pub fn new(law: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut at = Settings::at(folder.path().join("r.shoumi"), Lang::ZhCn);
        at.today = Some(day(TODAY));
        at.operator = Some("li.na".to_owned());
        let init = Init {
            unit: "甲单位".to_owned(),
            pack: "p5-company".to_owned(),
            law,
            tracking_from: None,
            mode: Mode::Personal,
            passphrase: false,
            suite: shoumi::session::Suite::default(),
            administrators: Vec::new(),
        };
        let session = Session::init(&at, &init).unwrap();
        Self { register: Arc::new(Live::new(session.clone())), session, _folder: folder }
    }

    pub fn does(&self, command: serde_json::Value) {
        self.session.commit(&serde_json::from_value(command).unwrap(), Channel::Cli).unwrap();
    }

    pub fn harness(&self, lang: Lang, size: (u16, u16)) -> Harness {
        Harness::with(Arc::clone(&self.register), settings(lang, size, day(TODAY)))
    }

    pub fn inspection(&self, n: u64) -> Inspection {
        self.session.read(|s| Ok(s.inspection(InspectionId(n))?.unwrap())).unwrap()
    }
}
