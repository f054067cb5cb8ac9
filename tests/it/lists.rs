//! The lists over the people of the demo, as its rules see them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use shoumi::app::{LastDraft, Register, Snapshot};
use shoumi::domain::summary::Projector;
use shoumi::domain::{Change, Command, Date, Operator, PersonId, Role, Unit};
use shoumi::error::{Error, Kind};
use shoumi::i18n::Lang;
use shoumi::index::{Index, Query, View};
use shoumi::rules::{self, Question, RulesProjector, Verdict};
use shoumi::screens::{Card, Got, Read, StoreState};
use shoumi::session::{Done, Kept, SessionError, demo};

use crate::journeys::counters_hold;
use crate::support::{Harness, settings};

/// The demo's people and units in memory.
#[derive(Default)]
pub struct Demo {
    roles: Vec<Role>,
    kept: Mutex<Option<String>>,
    /// The disk refuses.
    full: AtomicBool,
}

fn records() -> &'static (Index, Vec<Unit>) {
    static RECORDS: OnceLock<(Index, Vec<Unit>)> = OnceLock::new();
    RECORDS.get_or_init(|| {
        let changes = crate::demo::build(demo::commands(demo::PEOPLE, demo::SEED), demo::today());
        let unit = |c: &Change| if let Change::Unit(u) = c { Some((**u).clone()) } else { None };
        let units: Vec<Unit> = changes.iter().filter_map(unit).collect();
        let projector = RulesProjector::new(rules::embedded());
        let mut index = Index::new(demo::today());
        for change in &changes {
            if let Change::Person(p) = change {
                let unit = units.iter().find(|u| u.id == p.unit).unwrap();
                index.put_person(&projector.person(unit, p, demo::today()));
            }
        }
        (index, units)
    })
}

impl Register for Demo {
    fn snapshot(&self) -> Result<Snapshot, Error> {
        let operator = Operator { revision: 1, roles: self.roles.clone(), ..Operator::new(1, "li.na", "李娜") };
        let (index, units) = records();
        let packs = rules::embedded();
        let choices = units.iter().flat_map(|u| rules::choices(&packs, u)).collect();
        let index = Arc::new(index.clone());
        Ok(Snapshot {
            head: 1,
            index,
            packs,
            units: units.clone(),
            choices,
            operator,
            accounts: Vec::new(),
            store: StoreState::Demo,
        })
    }

    fn poll(&self, _: u64) -> Result<Option<Snapshot>, Error> {
        Ok(None)
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

    fn commit(&self, _: Command, _: Option<(PersonId, u64)>) -> Result<Done, SessionError> {
        Ok(Done { nothing: true, ..Done::default() })
    }

    fn keep(&self, _: Kept, text: Option<&str>) -> Result<(), Error> {
        if self.full.load(Ordering::SeqCst) {
            return Err(Error::new(Kind::Store, "own_unwritable").with("path", "x").with("why", "no space"));
        }
        *self.kept.lock().unwrap() = text.map(str::to_owned);
        Ok(())
    }

    fn kept(&self, _: Kept) -> Result<Option<String>, Error> {
        Ok(self.kept.lock().unwrap().clone())
    }

    fn leave(&self, _: LastDraft<'_>) {}
}

fn start(roles: &[Role], size: (u16, u16)) -> Harness {
    Harness::with(
        Arc::new(Demo { roles: roles.to_vec(), ..Demo::default() }),
        settings(Lang::ZhCn, size, demo::today()),
    )
}

#[test]
fn every_counter_of_the_demo_opens_exactly_its_rows() {
    for roles in [&[Role::Owner][..], &[Role::Officer], &[Role::Approver]] {
        counters_hold(|| start(roles, (80, 24)));
    }
    counters_hold(|| start(&[Role::Owner], (60, 16)));
}

#[test]
fn training_divides_everybody_into_four() {
    let (index, _) = records();
    let words = crate::index::vocabulary(Lang::En);
    let count = |text: &str| {
        let query = Query::parse(text, shoumi::index::query::Subject::People, &words).unwrap();
        let listed = index.list(View::TrainingState, &query, None).items.len();
        assert_eq!(index.count(View::TrainingState, &query), listed, "{text}");
        listed
    };
    let parts = ["overdue", "due", "done", "none"].map(|code| count(&format!("train:{code}")));
    assert_eq!(parts.iter().sum::<usize>(), index.people().len(), "{parts:?}");
    assert!(parts[0] > 0 && parts[1] > 0 && parts[2] > 0, "{parts:?}");
    assert_eq!(count("train:ok"), parts[1] + parts[2] + parts[3]);
    assert_eq!(count("train:overdue"), index.list(View::Trainings, &Query::default(), None).items.len());
    // Whoever has an overdue duty of a kind has it among those that are due.
    for code in ["sessions", "re_review", "papers_back", "filing"] {
        assert_eq!(count(&format!("overdue:{code} -duty:{code}")), 0, "{code}");
    }
    assert_eq!(count("duty:any") + count("duty:none"), index.people().len());
}

#[test]
fn a_filter_is_saved_under_a_name_and_a_key_and_outlives_the_session() {
    let register = Arc::new(Demo::default());
    let open = || Harness::with(register.clone(), settings(Lang::ZhCn, (80, 24), demo::today()));
    let mut h = open();
    let wanted = h.keys("3/余天<lt>60<esc>").screen();
    let named = h.keys("F<enter>六十天内<enter>").screen();
    assert!(named.contains("已保存“六十天内”，按 g 1 调用"), "{named}");
    // Another list, and its filter under the next key: `s` takes the first free place.
    h.keys("<esc>2/等级:核心<esc>Fs核心<enter><esc>");
    // From anywhere, by key.
    assert_eq!(h.keys("1g1").screen(), wanted);
    assert!(h.keys("g2").screen().contains("等级:核心"));
    // From the palette by name, in either language's.
    assert!(h.keys("1:六十").screen().contains("筛选：六十天内"));
    assert_eq!(h.keys("<enter>").screen(), wanted);
    // Another session of the same operator finds them; what is begun by g shows them by name.
    let mut other = open();
    assert!(other.keys("g").screen().contains("筛选：六十天内"));
    assert!(other.keys("2").screen().contains("等级:核心"));
    // From the box, by Enter; renamed; removed only after a question.
    assert_eq!(other.keys("F<enter>").screen(), wanted);
    let renamed = other.keys("Fr<ctrl-u>两个月<enter>").screen();
    assert!(renamed.contains("两个月") && !renamed.contains("六十天内"), "{renamed}");
    let kept = other.keys("<down>d<enter>").screen();
    assert!(kept.contains("核心"), "only y removes: {kept}");
    let removed = other.keys("dy").screen();
    assert!(removed.contains("已删除“核心”") && removed.matches("（空）").count() == 8, "{removed}");
    // What the other session did is seen, and nothing of it is overwritten.
    let seen = h.keys("F").screen();
    assert!(seen.contains("两个月") && seen.matches("（空）").count() == 8, "{seen}");
    assert!(h.keys("<esc>g2").screen().contains("该键未存筛选"));
}

#[test]
fn a_filter_is_never_said_to_be_saved_when_it_is_not() {
    let register = Arc::new(Demo::default());
    let mut h = Harness::with(register.clone(), settings(Lang::ZhCn, (80, 24), demo::today()));
    let text = h.keys("2F<enter>").screen();
    assert!(text.contains("当前列表没有筛选条件"), "{text}");
    let text = h.keys("<esc>/wang<esc>F<enter><enter>").screen();
    assert!(text.contains("请输入名称"), "{text}");
    register.full.store(true, Ordering::SeqCst);
    let text = h.keys("王<enter>").screen();
    assert!(!text.contains("已保存“") && text.matches("（空）").count() == 9, "{text}");
    // What is not in the form of filters counts as none, and can be saved over.
    register.full.store(false, Ordering::SeqCst);
    *register.kept.lock().unwrap() = Some("{\"other\":1}".to_owned());
    let text = h.keys("<esc>F<enter>王<enter>").screen();
    assert!(text.contains("已保存“王”"), "{text}");
}

#[test]
fn the_box_of_saved_filters_stands_every_size() {
    for size in [(1, 1), (60, 16), (61, 17), (80, 24), (200, 60)] {
        for keys in [
            "F",
            "Fs",
            "Fs名<enter>",
            "Fs名<enter>d",
            "Fs名<enter>r",
            "F<down><down><down><down><down><down><down><down><down>",
        ] {
            let mut h = start(&[Role::Owner], (80, 24));
            h.keys("2/wang<esc>").keys(keys);
            h.resize(size.0, size.1).screen();
        }
    }
}
