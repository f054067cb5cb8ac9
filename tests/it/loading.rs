//! The start on a register that takes long to read: the first frame before everybody is loaded, and what it says.

use shoumi::app::{Live, Register, Settings, Shell};
use shoumi::i18n::Lang;
use shoumi::screens::{ScreenId, StoreState, Target};
use shoumi::session::Session;

use crate::cli::Office;
use crate::live::screens;
use crate::support::{day, settings, text};

const MANY: usize = 2_600;

fn large() -> Office {
    let office = Office::new("p5-company");
    let one = |n: usize| {
        // The last one stands first in the order of names.
        let name = if n == MANY { "阿一".to_owned() } else { format!("王{}", ["伟", "芳", "娜"][n % 3]) };
        format!("{name},A{n:05},财务处,工程师,一般,2020-01-01\n")
    };
    let people: String = (1..=MANY).map(one).collect();
    let roster = format!("姓名,工号,所在部门,岗位,涉密等级,上岗时间\n{people}");
    std::fs::write(office.path("roster.csv"), roster).unwrap();
    office.done(&["import", "people", "roster.csv"]);
    office
}

fn live(office: &Office) -> Live {
    let settings = shoumi::session::Settings::at(office.path("register.shoumi"), Lang::ZhCn);
    Live::new(Session::open(&settings).unwrap())
}

fn shown(shell: &Shell) -> String {
    let mut buffer = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 80, 24));
    shell.view(buffer.area, &mut buffer);
    text(&buffer)
}

fn start(view: Option<ScreenId>) -> Settings {
    Settings { start: view.map(Target::screen), ..settings(Lang::ZhCn, (80, 24), day("2026-03-02")) }
}

#[test]
fn the_first_frame_of_a_large_register_comes_from_its_first_people() {
    let office = large();
    let live = live(&office);
    let first = live.first().unwrap();
    assert_eq!(first.store, StoreState::Loading { loaded: 512, all: MANY as u64 });
    assert_eq!(first.index.people().len(), 512);
    let mut told = Vec::new();
    let rest = live.rest(&mut |n| told.push(n)).unwrap();
    assert_eq!((rest.store, rest.index.people().len(), rest.head), (StoreState::Saved, MANY, first.head));
    assert!(told.is_sorted(), "{told:?}");

    // Today says no number before all are counted.
    let (mut shell, _) = Shell::new(start(None), first.clone());
    let before = shown(&shell);
    assert!(before.contains("载入 512/2600"), "{before}");
    let counter = |screen: &str| screen.lines().find(|l| l.contains("培训逾期")).map(str::to_owned);
    assert!(counter(&before).is_some_and(|l| l.contains('…') && !l.contains(|c: char| c.is_ascii_digit())), "{before}");
    shell.loaded(1_024);
    assert!(shown(&shell).contains("载入 1024/2600"));
    shell.rest(rest.clone());
    let after = shown(&shell);
    assert!(counter(&after).is_some_and(|l| l.contains('-') && !l.contains('…')) && !after.contains("载入"), "{after}");

    // A list shows the first people, and then the first of all: the cursor was not moved.
    let (mut shell, _) = Shell::new(start(Some(ScreenId::People)), first.clone());
    let before = shown(&shell);
    assert!(before.contains("512/…") && before.contains("▸") && !before.contains("阿一"), "{before}");
    shell.rest(rest.clone());
    let after = shown(&shell);
    assert!(after.contains("2600/2600"), "{after}");
    assert!(after.lines().any(|l| l.starts_with('▸') && l.contains(first_of(&rest))), "{after}");

    // A word that finds nobody yet is told apart from one that finds nobody.
    let absent = |snapshot| {
        let target = Target::filtered(ScreenId::People, "阿一");
        let (shell, _) = Shell::new(Settings { start: Some(target), ..start(None) }, snapshot);
        shown(&shell)
    };
    let (early, late) = (absent(first), absent(rest));
    assert!(early.contains("尚未全部载入"), "{early}");
    assert!(late.contains("1/2600") && late.contains("A02600") || late.contains("阿一"), "{late}");
}

/// Whoever stands first in the list of everybody.
fn first_of(all: &shoumi::app::Snapshot) -> &'static str {
    let listing = all.index.list(shoumi::index::View::People, &shoumi::index::Query::default(), None);
    let Some(shoumi::index::Row::Person(p)) = listing.items.first().and_then(|i| all.index.row(*i)) else {
        panic!("nobody");
    };
    p.name.leak()
}

#[test]
fn what_came_while_the_rest_was_read_is_not_replaced_by_it() {
    let office = large();
    let live = live(&office);
    let first = live.first().unwrap();
    let rest = live.rest(&mut |_| ()).unwrap();
    let line = serde_json::json!({"command":"add_person","name":"乙新"});
    assert!(office.apply(&[line]).iter().all(|l| l["ok"] == true));
    let newer = live.poll(rest.head).unwrap().unwrap();
    let (mut shell, _) = Shell::new(start(Some(ScreenId::People)), first);
    shell.fresh(newer.clone());
    shell.rest(rest);
    assert_eq!(shell.head(), newer.head);
    assert!(shown(&shell).contains("2601/2601"), "{}", shown(&shell));
}

#[test]
fn a_small_register_is_there_at_once() {
    let office = Office::new("p5-company");
    let first = live(&office).first().unwrap();
    assert_eq!(first.store, StoreState::Saved);
}

#[test]
fn the_real_program_ends_up_with_everybody() {
    let office = large();
    let mut t = screens(&office, &[], &[], &["--view", "people"]);
    t.wait("2600/2600");
    t.send("/阿一".as_bytes());
    t.wait("1/2600");
}

/// Damage in the part that the first frame went without ends the session with a sentence, as it would have before it.
#[test]
fn damage_behind_the_first_people_ends_the_session_in_words() {
    let office = large();
    let path = office.path("register.shoumi");
    let whole = std::fs::read(&path).unwrap();
    // A byte that the first people do without.
    let damaged = (0..whole.len()).step_by(16_384).any(|at| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&path, bytes).unwrap();
        let settings = shoumi::session::Settings::at(&path, Lang::ZhCn);
        let Ok(session) = Session::open(&settings) else { return false };
        let live = Live::new(session);
        live.first().is_ok() && live.rest(&mut |_| ()).is_err()
    });
    assert!(damaged);
    let code = office.run(&["list", "people"]).status.code().unwrap();
    assert_ne!(code, 0);
    let mut t = screens(&office, &[], &[], &["--view", "people"]);
    t.wait("损坏");
    assert_eq!(t.exit(crate::pty::LONG).0, code as u32, "{}", t.text());
}

#[test]
fn what_a_changed_choice_makes_stale_is_worked_out_once_and_then_stored() {
    let office = large();
    let stale = |session: &Session| {
        session
            .read(|s| {
                for segment in 0..s.people_segments() {
                    s.people_segment(segment, session.today())?;
                }
                Ok(s.stale())
            })
            .unwrap()
    };
    let settings = shoumi::session::Settings::at(office.path("register.shoumi"), Lang::ZhCn);
    assert!(stale(&Session::open(&settings).unwrap()).is_empty());
    office.done(&["unit", "set", "start_rule", "leaving", "--decided-by", "保密委员会", "--reason", "会议纪要 3 号"]);
    assert_eq!(stale(&Session::open(&settings).unwrap()), [0, 1, 2, 3, 4, 5]);
    // On a day of somebody's choosing other things may hold: nothing is stored.
    let elsewhen = shoumi::session::Settings { today: Some(day("2026-03-02")), ..settings.clone() };
    let read_and_tidy = |settings| {
        let live = Live::new(Session::open(settings).unwrap());
        live.first().unwrap();
        let all = live.rest(&mut |_| ()).unwrap();
        live.tidy();
        (live, all)
    };
    read_and_tidy(&elsewhen);
    assert_eq!(stale(&Session::open(&settings).unwrap()).len(), 6);
    let (live, before) = read_and_tidy(&settings);
    assert!(stale(&Session::open(&settings).unwrap()).is_empty());
    let after = live.snapshot().unwrap();
    assert_eq!((after.head, after.index.people().len()), (before.head, MANY));
    assert_eq!(office.json(&["verify"], 0)["problems"], serde_json::json!([]));
}
