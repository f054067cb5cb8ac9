//! The shell around the screens, driven by key scripts.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use shoumi::app::Order;
use shoumi::app::decode::Event;
use shoumi::i18n::Lang;
use shoumi::keys::load;

use crate::office::Office;
use crate::support::{Harness, day, settings};

fn harness() -> Harness {
    Harness::new(Arc::new(Office::default()), Lang::ZhCn, (80, 24), day("2026-06-15"))
}

#[test]
fn a_sequence_shows_what_may_follow_and_esc_gives_it_up() {
    let mut h = harness();
    let before = h.screen();
    h.keys("g");
    let box_ = h.screen();
    assert!(box_.contains("转到人员"), "{box_}");
    assert_eq!(h.keys("<esc>").screen(), before);
    assert!(h.keys("gx").screen().contains("g x"), "{}", h.screen());
}

#[test]
fn the_language_changes_everywhere() {
    let mut h = harness();
    let zh = h.screen();
    let en = h.keys("gl").screen();
    assert_ne!(zh, en);
    assert!(h.orders.contains(&Order::Repaint));
    assert_eq!(h.keys("gl").screen(), zh);
}

#[test]
fn a_paste_outside_a_text_field_is_refused_with_a_sentence() {
    let mut h = harness();
    assert!(h.paste("dd\n1q").screen().contains("粘贴"), "{}", h.screen());
    assert!(h.orders.is_empty());
    h.shell.event(Event::PasteTooLong);
    assert!(h.screen().contains("1 MiB"), "{}", h.screen());
}

#[test]
fn quit_redraw_and_suspend_are_orders() {
    let mut h = harness();
    h.keys("<ctrl-l><ctrl-z>q");
    assert_eq!(h.orders, [Order::Repaint, Order::Suspend, Order::Quit]);
}

#[test]
fn the_drivers_own_keys_work_while_typing() {
    let mut h = harness();
    h.keys("2/<ctrl-l>");
    assert!(h.shell.typing());
    assert_eq!(h.orders, [Order::Repaint]);
    h.keys("q");
    assert_eq!(h.orders.len(), 1, "q is text here");
}

#[test]
fn below_the_least_size_there_is_a_notice_and_nothing_is_lost() {
    let mut h = harness();
    h.keys("2/abc");
    let before = h.screen();
    assert!(h.resize(59, 24).screen().contains("60x16"), "{}", h.screen());
    assert!(h.resize(80, 15).screen().contains("60x16"), "{}", h.screen());
    assert_eq!(h.resize(80, 24).screen(), before);
    for w in 1..40 {
        for height in 1..20 {
            h.resize(w, height).screen();
        }
    }
    assert_eq!(h.resize(80, 24).screen(), before);
}

#[test]
fn a_terminal_without_utf8_gets_a_page_in_ascii_and_then_english() {
    let mut h = harness();
    h.shell.not_utf8();
    let page = h.screen();
    assert!(page.is_ascii() && page.contains("UTF-8"), "{page}");
    h.keys("x");
    assert!(h.shell.ascii_only());
    h.keys("<enter>");
    assert!(h.screen().contains("Today"), "{}", h.screen());
    let mut h = harness();
    h.shell.not_utf8();
    h.keys("q");
    assert_eq!(h.orders, [Order::Quit]);
}

#[test]
fn an_idle_terminal_shows_nothing_and_the_key_that_wakes_it_does_nothing_else() {
    let mut h = harness();
    let before = h.screen();
    h.shell.blank();
    assert_eq!(h.screen(), "");
    assert_eq!(h.keys("q").screen(), before);
    assert!(h.orders.is_empty());
}

#[test]
fn the_problems_of_a_keymap_are_read_first() {
    let (keymap, problems) =
        load("default", Some(("my.toml", "[list]\nfliter = [\"f\"]\n[global]\nquit = [\"ctrl-i\"]\n")));
    let settings = shoumi::app::Settings { keymap, problems, ..settings(Lang::ZhCn, (80, 24), day("2026-06-15")) };
    let mut h = Harness::with(Arc::new(Office::default()), settings);
    let page = h.screen();
    for part in ["2 处", "my.toml [list] fliter", "是否应为 filter", "ctrl-i", "tab"] {
        assert!(page.contains(part), "{part}\n{page}");
    }
    h.keys("x");
    assert_ne!(h.screen(), page);
    h.keys("q");
    assert_eq!(h.orders, [Order::Quit], "a line without a good key keeps the base's keys");
}

#[test]
fn another_sessions_commit_and_midnight_come_in() {
    let office = Arc::new(Office::default());
    let mut s = settings(Lang::En, (80, 24), day("2026-06-15"));
    s.today_fixed = false;
    let mut h = Harness::with(Arc::<Office>::clone(&office), s);
    assert!(h.screen().contains("2026-06-15"), "{}", h.screen());
    office.head.store(7, Ordering::SeqCst);
    h.refresh();
    assert_eq!(h.shell.head(), 7);
    h.shell.day(day("2026-06-16"));
    assert!(h.screen().contains("2026-06-16"), "{}", h.screen());
}
