//! The checklist mode over a real store: what the screen shows is on disk, nothing struck is lost, few keys suffice.

use serde_json::json;
use shoumi::app::Order;
use shoumi::app::decode::Event;
use shoumi::domain::AnswerValue::{Conforms, Fails, NotApplicable};
use shoumi::domain::inspection::Spot;
use shoumi::domain::{AnswerValue, InspectionState};
use shoumi::i18n::Lang;

use crate::room::Room;
use crate::support::{Harness, script};

/// A personal store with `machines` computers and one planned inspection of them all; the first was inspected last year.
fn room(machines: usize) -> Room {
    let room = Room::new(false);
    let mut subjects = Vec::new();
    for n in 1..=machines {
        room.does(json!({"command":"add_computer","number":format!("J-{n:02}"),"model":"台式机","secrecy":"secret","room":"301","user_name":"王强","department":"财务部"}));
        subjects.push(format!("C{n:06}"));
    }
    room.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":subjects,"inspector":"李娜"}));
    room
}

impl Room {
    fn answer(&self, spot: &str) -> Option<AnswerValue> {
        self.inspection(1).answer(&spot.parse().unwrap()).map(|a| a.value)
    }

    fn cursor(&self) -> Spot {
        self.inspection(1).cursors["li.na"].clone()
    }
}

/// The keys of a whole inspection with four failures, names left out: `y` or `n`, a number and Enter for each remark.
fn whole() -> String {
    let fails = ["A3", "B2", "G4", "I3"];
    let one = |id: &str| if fails.contains(&id) { "n1<enter>" } else { "y" };
    shoumi::rules::templates()[0].items().map(|i| one(&i.id)).collect()
}

#[test]
fn a_whole_inspection_with_four_failures_takes_few_keys() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let answers = whole();
    let (names, ends) = (["李娜", "王强", "周海"], "c");
    harness.keys("7<enter>").keys(&answers).keys(ends);
    for name in names {
        harness.keys(name).keys("<enter>");
    }
    let i = room.inspection(1);
    assert_eq!((i.state, i.answers.len(), i.live_findings().count()), (InspectionState::Signed, 43, 4));
    assert_eq!(i.findings[&"C000001/B2".parse().unwrap()].what, "装有摄像头，未拆除或禁用");
    assert_eq!(i.signatures.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), names);
    // From the list to the last signature, beside the typed names: 44 answers, two more keys a failure, 15 for the rest.
    let count = script("<enter>").len() + script(&answers).len() + script(ends).len() + names.len();
    assert!(count <= 44 + 8 + 15, "{count} keys");
    assert_eq!(count, 43 + 8 + 5, "the number is known");
    let text = harness.screen();
    assert!(text.contains("符合率 91%") && text.contains("43/43") && text.contains("已签字"), "{text}");
    // A signed record does not change.
    assert!(harness.keys("y").screen().contains("已签字的记录不能改动"));
    assert!(harness.keys("?").screen().contains("光标才移到下一项"), "the help says what the screen is for");
    assert_eq!(room.inspection(1), i);
}

#[test]
fn the_cursor_moves_when_the_answer_is_on_disk_and_no_key_is_lost() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("7<enter>");
    let before = harness.screen();
    // Three answers and a remark struck while the first is still on its way.
    let mut orders: Vec<Order> = Vec::new();
    for key in script("yyn2<enter>-") {
        orders.extend(harness.shell.event(Event::Key(key)));
    }
    assert_eq!(orders.len(), 1, "one thing at a time: {orders:?}");
    let line = |text: &str| text.lines().find(|l| l.contains('▸')).map(str::to_owned);
    assert_eq!(line(&harness.screen()), line(&before), "the cursor waits for the disk");
    while let Some(order) = orders.pop() {
        let Order::Do(job) = order else { continue };
        let result = job.perform(&*room.register);
        orders.extend(harness.shell.done(&job, result));
    }
    let said: Vec<_> = ["A1", "A2", "A3", "A4"].map(|i| room.answer(&format!("C000001/{i}"))).into();
    assert_eq!(said, [Some(Conforms), Some(Conforms), Some(Fails), Some(NotApplicable)]);
    assert_eq!(room.inspection(1).answers[&"C000001/A3".parse().unwrap()].remark, "密级标识与登记不符");
    assert_eq!(room.cursor().item, "A5");
    let text = harness.screen();
    assert!(line(&text).is_some_and(|l| l.contains("A5")), "{text}");
}

#[test]
fn what_is_struck_behind_a_remark_or_before_the_names_is_heard() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("7<enter>");
    harness.ahead("n1<enter>yy");
    assert_eq!((room.answer("C000001/A2"), room.cursor().item.as_str()), (Some(Conforms), "A4"));
    // The same while the checklist itself is being read.
    harness.ahead("<esc><enter>yn1<enter>");
    assert_eq!((room.answer("C000001/A5"), room.cursor().item.as_str()), (Some(Fails), "A6"));
    harness.keys(&"y".repeat(40));
    // What ends the answers asks for the names, the last name ends the signing.
    harness.ahead("c李娜<enter>王强<enter>周海<enter>?");
    let i = room.inspection(1);
    assert_eq!(i.signatures.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["李娜", "王强", "周海"]);
    assert!(harness.screen().contains("光标才移到下一项"), "the last key asks for help:\n{}", harness.screen());
}

#[test]
fn an_answer_that_is_refused_moves_nothing() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("7<enter>");
    room.does(json!({"command":"cancel_inspection","inspection":"I000001","reason":"改期"}));
    let orders = harness.shell.event(Event::Key("y".parse().unwrap()));
    let Some(Order::Do(job)) = orders.into_iter().next() else { panic!() };
    let result = job.perform(&*room.register);
    harness.shell.done(&job, result);
    let text = harness.screen();
    assert!(text.contains("已取消") && text.lines().any(|l| l.contains('▸') && l.contains("A1")), "{text}");
    assert!(room.inspection(1).answers.is_empty());
}

#[test]
fn every_start_is_at_the_same_item() {
    let room = room(2);
    room.harness(Lang::ZhCn, (80, 24)).keys("7<enter>yy- n本机没有登记<enter>");
    let mut again = room.harness(Lang::ZhCn, (80, 24));
    let text = again.keys("7<enter>").screen();
    assert!(
        text.lines().any(|l| l.contains('▸') && l.contains("B1"))
            || text.lines().any(|l| l.contains('▸') && l.contains("A6")),
        "{text}"
    );
    assert_eq!(room.cursor().item, "A6");
    // Moving by arrows is kept when one leaves; a jump at once.
    again.keys("<down><down><esc>");
    assert_eq!(room.cursor().item, "B2");
    again.keys("<enter>/g6<enter>");
    assert_eq!(room.cursor().item, "G6");
    again.keys("<tab>");
    assert_eq!(room.cursor().item, "G7");
    let text = room.harness(Lang::ZhCn, (80, 24)).keys("7<enter>").screen();
    assert!(text.lines().any(|l| l.contains('▸') && l.contains("G7")), "{text}");
}

#[test]
fn the_next_item_without_an_answer_is_found_round_the_whole_inspection() {
    let room = room(2);
    let all: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    let but = |open: &[&str]| all.iter().filter(|i| !open.contains(&i.as_str())).cloned().collect::<Vec<_>>();
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[
        {"subjects":["C000001"],"items":but(&["A2", "J1"]),"value":"conforms"},
        {"subjects":["C000002"],"items":but(&["A1"]),"value":"conforms"}]}));
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let mut at = |keys: &str| {
        harness.keys(keys);
        room.cursor().to_string()
    };
    let forth = ["7<enter><tab>", "<tab>", "<tab>", "<tab>"].map(&mut at);
    assert_eq!(forth, ["C000001/A2", "C000001/J1", "C000002/A1", "C000001/A2"]);
    let back = ["<shift-tab>", "<shift-tab>", "<shift-tab>"].map(&mut at);
    assert_eq!(back, ["C000002/A1", "C000001/J1", "C000001/A2"]);
    // The only one left is found from itself, and none when there is none.
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[
        {"subjects":["C000001"],"items":["J1"],"value":"conforms"},
        {"subjects":["C000002"],"items":["A1"],"value":"conforms"}]}));
    harness.refresh();
    assert!(!harness.keys("<tab><shift-tab>").screen().contains("均已填"), "{}", harness.screen());
    let text = harness.keys("y<tab>").screen();
    assert!(text.contains("均已填"), "{text}");
}

#[test]
fn the_same_answer_for_all_and_undo() {
    let room = room(3);
    let mut harness = room.harness(Lang::En, (160, 45));
    harness.keys("7<enter>*y");
    assert_eq!(room.inspection(1).answers.len(), 3);
    harness.keys("n1<enter>");
    assert_eq!(room.inspection(1).live_findings().count(), 3);
    harness.keys("u");
    assert_eq!(room.inspection(1).answers.len(), 3);
    // The cursor is where it was before the answer.
    let text = harness.screen();
    assert!(text.contains("J-01 台式机 301 1/3") && text.contains("▸   A2"), "{text}");
    harness.keys("*<right>n2<enter>u");
    assert_eq!((room.answer("C000002/A2"), room.inspection(1).answers.len()), (None, 3));
    harness.keys("u");
    assert!(room.inspection(1).answers.is_empty(), "the answers of all were one step");
    assert!(harness.keys("u").screen().contains("Nothing of this visit"));
}

#[test]
fn arrows_and_enter_alone_do_it_and_closing_asks() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("7<enter><enter><enter>");
    assert_eq!(room.answer("C000001/A1"), Some(Conforms));
    harness.keys("<enter><down><enter><down><down><enter>");
    assert_eq!(
        room.inspection(1).answers[&"C000001/A2".parse().unwrap()].remark,
        "临时借用的计算机未备案即用于涉密工作"
    );
    let text = harness.keys("c").screen();
    assert!(text.contains("还有 41 项未填"), "{text}");
    harness.keys("<enter>");
    assert_eq!(room.cursor().item, "A3");
    harness.keys("c<down><enter>c");
    assert_eq!(room.inspection(1).state, InspectionState::Signing);
    assert_eq!(room.answer("C000001/J2"), Some(AnswerValue::NotChecked));
    // Before the last signature one may go back; the name begun stays until it is emptied.
    let text = harness.keys("李娜<enter>王<esc>").screen();
    assert!(text.contains("李娜") && text.contains('王') && text.contains("Ctrl-U"), "{text}");
    let text = harness.keys("<ctrl-u><esc>u").screen();
    assert!(text.contains("以下签字将作废，须重新签字：李娜"), "{text}");
    assert_eq!(room.inspection(1).signatures.len(), 1, "nothing is void yet");
    harness.keys("<enter>");
    assert_eq!(room.inspection(1).signatures.len(), 1, "leaving them comes first");
    harness.keys("u<down><enter>");
    assert_eq!((room.inspection(1).state, room.inspection(1).signatures.len()), (InspectionState::Open, 0));
}

#[test]
fn a_remark_is_not_thrown_away_unasked() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let text = harness.keys("7<enter>n<enter>").screen();
    assert!(text.contains("须写明情况"), "{text}");
    let text = harness.keys("机箱有3处破损<esc>").screen();
    assert!(text.contains("机箱有3处破损") && text.contains("再按一次"), "{text}");
    assert!(!harness.keys("<esc>").screen().contains("机箱"));
    assert!(room.inspection(1).answers.is_empty());
}

#[test]
fn the_same_answer_for_all_leaves_what_others_have_unless_told_to_replace() {
    let room = room(3);
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000003"],"items":["A1"],"value":"fails","remark":"密级标识脱落"}]}));
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let text = harness.keys("7<enter>*").keys("y").screen();
    assert!(text.contains("另有 1 个对象已记有其他结果") && text.contains("密级标识脱落"), "{text}");
    assert!(room.answer("C000001/A1").is_none(), "asked before anything is written");
    harness.keys("<enter>");
    let all = |item: &str| ["C000001", "C000002", "C000003"].map(|c| room.answer(&format!("{c}/{item}")));
    assert_eq!(all("A1"), [Some(Conforms), Some(Conforms), Some(Fails)]);
    // Told so, theirs is replaced; one undo gives it back.
    harness.keys("<up>-<down><enter>");
    assert_eq!(all("A1"), [Some(NotApplicable); 3]);
    harness.keys("u");
    assert_eq!(all("A1"), [Some(Conforms), Some(Conforms), Some(Fails)]);
    assert_eq!(room.inspection(1).answers[&"C000003/A1".parse().unwrap()].remark, "密级标识脱落");
    // The header says so as long as it is on.
    assert!(harness.screen().contains("全部 3 个对象"));
    assert!(!harness.keys("*x").screen().contains("全部 3 个对象"));
}

#[test]
fn undo_leaves_what_another_session_answered_since() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("7<enter>yy");
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":["A2"],"value":"fails","remark":"另一人所记"}]}));
    let text = harness.keys("u").screen();
    assert!(text.contains("A2 已由 li.na 于 2026-03-16 另记结果，不能撤回"), "{text}");
    assert_eq!(room.answer("C000001/A2"), Some(Fails));
    harness.keys("u");
    assert_eq!((room.answer("C000001/A1"), room.answer("C000001/A2")), (None, Some(Fails)));
}

#[test]
fn a_digit_is_a_ready_remark_unless_text_follows() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("7<enter>n2台显示器<enter>n2<enter>n<down>，已告知<enter>");
    let remark = |item: &str| room.inspection(1).answers[&format!("C000001/{item}").parse().unwrap()].remark.clone();
    assert_eq!(remark("A1"), "2台显示器");
    assert!(!remark("A2").is_empty() && !remark("A2").contains('2'), "{}", remark("A2"));
    assert!(remark("A3").ends_with("，已告知") && remark("A3").chars().count() > 4, "{}", remark("A3"));
    harness.keys("n2").paste("号机箱无封条").keys("<enter>");
    assert_eq!(remark("A4"), "2号机箱无封条");
}

#[test]
fn what_is_looked_for_is_found_one_after_the_other_or_said_to_be_missing() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let at = |h: &mut Harness| {
        let text = h.screen();
        let line = text.lines().find(|l| l.contains('▸')).unwrap_or_default().to_owned();
        line.split_whitespace().nth(1).unwrap_or_default().to_owned()
    };
    harness.keys("7<enter><down>/口令");
    let first = at(&mut harness);
    harness.keys("<enter>/<enter>");
    let second = at(&mut harness);
    assert!(first < second && first.starts_with('G'), "{first} {second}");
    let text = harness.keys("/没有这样的项目<enter>").screen();
    assert!(text.contains("没有找到“没有这样的项目”"), "{text}");
    assert_eq!(at(&mut harness), second);
    harness.keys("<esc>");
    assert_eq!(at(&mut harness), second);
}

#[test]
fn the_header_keeps_what_counts_at_80_columns() {
    let room = room(2);
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"subjects":["C000001"],"items":["A1","A2"],"value":"conforms"},{"subjects":["C000001"],"items":["A3"],"value":"fails","remark":"脱落"}]}));
    for (lang, words) in [
        (Lang::ZhCn, ["J-01", "1/2", "全部 2 个对象", "3/43", "符合率 67%", "检查中"]),
        (Lang::En, ["J-01", "1/2", "all 2", "3/43", "score 67%", "under way"]),
    ] {
        let text = room.harness(lang, (80, 24)).keys("7<enter>*").screen();
        let line = text.lines().nth(2).unwrap();
        assert!(words.iter().all(|w| line.contains(w)), "{line}");
        assert!(text.contains(if lang == Lang::En { "A Registration and marking" } else { "A 登记与标识" }), "{text}");
    }
}

#[test]
fn a_signed_record_shows_who_signed_and_asks_for_no_name_unasked() {
    let room = room(1);
    let all: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":all,"value":"conforms"},{"items":["A1"],"value":"not_checked"},{"items":["A2"],"value":"not_applicable"}]}));
    room.does(json!({"command":"close_inspection","inspection":"I000001"}));
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    // Keys struck by habit are no name.
    harness.keys("7<enter>yy<enter><esc>");
    assert!(room.inspection(1).signatures.is_empty());
    let text = harness.keys("c").screen();
    assert!(text.contains("不适用 1 项，未查 1 项"), "{text}");
    let text = harness.paste(&"长".repeat(61)).keys("<enter>").screen();
    assert!(room.inspection(1).signatures.is_empty() && text.contains("60"), "{text}");
    harness.keys("<ctrl-u>李娜<enter>王强<enter>周海<enter><esc><enter>");
    let text = harness.screen();
    assert!(text.contains("检查人员 李娜") && text.contains("周海  2026-03-16"), "{text}");
    let text = harness.keys("c").screen();
    assert!(text.contains("不适用 1 项"), "{text}");
}

#[test]
fn an_item_is_read_in_full_with_what_its_source_lacks() {
    let room = room(1);
    let remark = "说明".repeat(300);
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":["A1"],"value":"fails","remark":format!("{remark}末尾")}]}));
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    assert!(!harness.keys("7<enter>").screen().contains("末尾"));
    let mut seen = harness.keys("i").screen();
    for _ in 0..20 {
        seen.push_str(&harness.keys("<pagedown>").screen());
    }
    assert!(seen.contains("末尾") && seen.contains("第十条（四）缺失"), "{seen}");
    assert!(harness.keys("<esc>").screen().contains("▸"));
}

#[test]
fn arrows_enter_and_esc_do_a_whole_inspection() {
    let room = room(1);
    let all: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    room.does(
        json!({"command":"answer_items","inspection":"I000001","answers":[{"items":all[..41],"value":"conforms"}]}),
    );
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    harness.keys("<right><right>7<enter>");
    let text = harness.keys("<enter><down><down><down><down><enter>").screen();
    assert_eq!(room.cursor().item, "J1", "{text}");
    harness.keys("<enter><enter><enter><down><enter><down><enter>");
    assert_eq!(room.inspection(1).answers.len(), 43);
    // Nothing is left: the box begins at the end.
    harness.keys("<enter><enter>李娜<enter>王强<enter>周海<enter>");
    assert_eq!(room.inspection(1).state, InspectionState::Signed, "{}", harness.screen());
}

#[test]
fn vi_keys_turn_pages_and_go_to_both_ends() {
    let room = room(1);
    let at = |h: &mut Harness| {
        let text = h.screen();
        let line = text.lines().find(|l| l.contains('▸')).unwrap_or_default();
        line.split_whitespace().nth(1).unwrap_or_default().to_owned()
    };
    for (map, turns) in [
        ("vim", ["<ctrl-f>", "<ctrl-d>", "<ctrl-u>", "<ctrl-b>"]),
        ("default", ["<ctrl-f>", "<ctrl-f>", "<ctrl-b>", "<ctrl-b>"]),
    ] {
        let mut settings = crate::support::settings(Lang::ZhCn, (80, 24), crate::support::day(crate::room::TODAY));
        settings.keymap = shoumi::keys::load(map, None).0;
        let mut harness = Harness::with(room.register.clone(), settings);
        harness.keys("7<enter>G");
        assert_eq!(at(&mut harness), "J2", "{map}");
        harness.keys("gg");
        assert_eq!(at(&mut harness), "A1", "{map}");
        let mut places = Vec::new();
        for keys in turns {
            harness.keys(keys);
            places.push(at(&mut harness));
        }
        assert_eq!(places[0], places[2], "{map}");
        assert_ne!(places[0], places[1], "{map}");
        assert_eq!(places[3], "A1", "{map}");
    }
}

#[test]
fn a_remark_or_a_name_being_typed_comes_back_after_any_end() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    assert_eq!(harness.keys("7").shell.draft(), None);
    let place = harness.keys("<enter>yn").shell.draft().unwrap();
    assert!(place.contains("C000001/A2") && place.contains("\"text\":\"\""), "{place}");
    let draft = harness.keys("机箱有破").shell.draft().unwrap();
    let mut again = room.harness(Lang::ZhCn, (80, 24));
    let orders = again.shell.restore(&draft, "2026-03-16 09:30").unwrap();
    again.follow(orders);
    let text = again.screen();
    assert!(text.contains("机箱有破") && text.contains("2026-03-16 09:30"), "{text}");
    assert_eq!(again.shell.draft().unwrap(), draft);
    again.keys("损<enter>");
    assert_eq!(room.inspection(1).answers[&"C000001/A2".parse().unwrap()].remark, "机箱有破损");
    let place = again.shell.draft().unwrap();
    assert!(!place.contains("机箱"), "what is on disk is no draft: {place}");
    again.keys("c<down><enter>c王");
    let draft = again.shell.draft().unwrap();
    let mut third = room.harness(Lang::ZhCn, (80, 24));
    let orders = third.shell.restore(&draft, "2026-03-16 09:40").unwrap();
    third.follow(orders);
    third.keys("强<enter>");
    assert_eq!(room.inspection(1).signatures[0].name, "王强");
}

/// Whatever ends the program, the next start is at the item that was looked at.
#[test]
fn the_next_start_is_at_the_same_item() {
    let room = room(1);
    let start = |draft: &str| {
        let mut next = room.harness(Lang::ZhCn, (80, 24));
        let orders = next.shell.restore(draft, "2026-03-16 09:30").unwrap();
        next.follow(orders);
        next
    };
    let at = |h: &mut Harness| {
        let text = h.screen();
        let line = text.lines().find(|l| l.contains('▸')).unwrap_or_default().to_owned();
        line.split_whitespace().find(|w| w.len() == 2 && w.is_ascii()).unwrap_or_default().to_owned()
    };
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    // Looked at, not answered: the register does not know of it.
    let looked = harness.keys("7<enter>yy<down><down><down>").shell.draft().unwrap();
    let here = at(&mut harness);
    let mut next = start(&looked);
    assert_eq!(at(&mut next), here);
    assert!(next.screen().contains("接着上次（2026-03-16 09:30）"), "{}", next.screen());
    // Answered since it was written: the register knows better.
    let mut other = start(&looked);
    other.keys("y");
    let after = at(&mut other);
    assert_ne!(after, here);
    assert_eq!(at(&mut start(&looked)), after);
    // The names are asked for again where they were, and a record that is left or signed is not come back to.
    next.keys("<esc>");
    assert_eq!(next.shell.draft(), None, "{}", next.screen());
}

/// The heading is that of the first row shown; the cursor's own stands behind it where it is another.
#[test]
fn the_heading_is_that_of_the_rows_below_it() {
    let room = room(1);
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let text = harness.keys("7<enter>").screen();
    assert!(text.contains("── A 登记与标识 ─"), "{text}");
    let text = harness.keys("<down><down><down><down><down><down>").screen();
    assert!(text.contains("── A 登记与标识 … B "), "{text}");
}

/// A finding without a day never becomes overdue: signing says so, and the unit owes the days until each has one.
#[test]
fn findings_without_a_deadline_are_said_and_owed() {
    let room = room(1);
    let owed = |h: &mut Harness| {
        let text = h.keys("1").screen();
        text.lines().find(|l| l.contains("待单位明确的事项")).map(str::to_owned).unwrap_or(text)
    };
    let before = owed(&mut room.harness(Lang::ZhCn, (80, 24)));
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[
        {"items":shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect::<Vec<_>>(),"value":"conforms"},
        {"items":["A3"],"value":"fails","remark":"密级标识脱落"}]}));
    room.does(json!({"command":"close_inspection","inspection":"I000001"}));
    for name in ["李娜", "王强"] {
        room.does(json!({"command":"sign_inspection","inspection":"I000001","name":name}));
    }
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let text = harness.keys("7<enter>c周海<enter>").screen();
    assert!(text.contains("1 个问题未定整改期限"), "{text}");
    let after = owed(&mut room.harness(Lang::ZhCn, (80, 24)));
    assert_ne!(before, after);
    room.does(json!({"command":"change_finding","inspection":"I000001","spot":"C000001/A3","due":"2026-03-30"}));
    assert_eq!(owed(&mut room.harness(Lang::ZhCn, (80, 24))), before);
}

#[test]
fn pictures() {
    let room = room(2);
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect::<Vec<_>>(),"value":"conforms"},{"subjects":["C000001"],"items":["A3"],"value":"fails","remark":"密级标识脱落"}]}));
    room.does(json!({"command":"close_inspection","inspection":"I000001"}));
    for name in ["李娜", "王强", "周海"] {
        room.does(json!({"command":"sign_inspection","inspection":"I000001","name":name}));
    }
    room.does(json!({"command":"change_finding","inspection":"I000001","spot":"C000001/A3","due":"2026-03-16"}));
    room.does(json!({"command":"plan_inspection","template":"p8-computers","subjects":["C000001","C000002"],"inspector":"李娜"}));
    room.does(json!({"command":"answer_items","inspection":"I000002","answers":[{"items":["A1","A2","B1"],"value":"conforms"},{"items":["B2"],"value":"fails","remark":"装有摄像头"}],"cursor":"C000001/A3"}));
    for lang in Lang::ALL {
        for (w, h) in [(80, 24), (160, 45)] {
            for (name, keys) in [
                ("inspections", "7"),
                ("item", "7<enter>"),
                ("remark", "7<enter>n1"),
                ("missing", "7<enter>c"),
                ("signing", "7<enter>c<down><enter>c周"),
            ] {
                let mut harness = room.harness(lang, (w, h));
                if name == "signing" && (lang, w) != (Lang::En, 160) {
                    continue;
                }
                harness.keys(keys);
                insta::with_settings!({ omit_expression => true, description => format!("{w}x{h} {}: {keys}", lang.code()) }, {
                    insta::assert_snapshot!(format!("checklist_{name}-{}-{w}", lang.code()), harness.screen());
                });
            }
        }
    }
}

#[test]
fn evidence_is_taken_out_for_a_reason_until_somebody_signs() {
    let room = room(2);
    let digest = |c: char| c.to_string().repeat(64);
    let add = |subject: &str, c: char| json!({"command":"add_evidence","inspection":"I000001","subject":subject,"kind":"probe","source":"shoumi-probe-1","target":"机-07","taken_at":"2026-03-16T09:30:00","file":"probe.json","digest":digest(c),"facts":[{"topic":"camera","name":"video0","seen":"value"}]});
    let refused = |subject: Option<&str>, digest: &str, reason: &str| {
        let asked = json!({"command":"remove_evidence","inspection":"I000001","subject":subject,"digest":digest,"reason":reason});
        let command = serde_json::from_value(asked).unwrap();
        match room.session.commit(&command, shoumi::domain::Channel::Cli) {
            Err(shoumi::session::SessionError::Refused(r)) => r.code,
            other => panic!("{other:?}"),
        }
    };
    for (subject, c) in [("C000001", 'a'), ("C000002", 'a'), ("C000002", 'b')] {
        room.does(add(subject, c));
    }
    assert_eq!(refused(None, "a", "误附"), "evidence_not_one", "it lies beside both");
    assert_eq!(refused(None, "c", "误附"), "no_such_evidence");
    assert_eq!(refused(None, "", "误附"), "no_such_evidence");
    assert_eq!(refused(Some("C000001"), "a", " "), "field_empty");
    let files = |room: &Room| room.inspection(1).evidence.len();
    let mut harness = room.harness(Lang::ZhCn, (80, 24));
    let text = harness.keys("7<enter>/B2<enter>").screen();
    assert!(text.contains("video0"), "{text}");
    // Nothing goes without a word.
    let text = harness.keys("e<enter><enter>").screen();
    assert!(text.contains("probe.json") && text.contains("请写明撤下的原因") && files(&room) == 3, "{text}");
    let text = harness.keys("附错机器<enter>").screen();
    assert!(text.contains("已撤下") && !text.contains("video0") && files(&room) == 2, "{text}");
    let text = harness.keys("e").screen();
    assert!(text.contains("此对象没有检测依据"), "{text}");
    // The journal says why; the key that takes a change back brings the file back.
    let mut other = room.harness(Lang::ZhCn, (80, 24));
    let text = other.keys("0<enter>").screen();
    assert!(text.contains("撤下检测依据") && text.contains("附错机器"), "{text}");
    harness.keys("U");
    assert_eq!(files(&room), 3, "{}", harness.screen());
    // By arrows, of the second machine; the rest by its first digits.
    harness.keys("<right><enter><down><down><down><down><down><down><enter>");
    let text = harness.screen();
    assert!(text.contains("撤下哪一份检测依据"), "{text}");
    harness.keys("<down><enter>重做<enter>");
    assert_eq!(files(&room), 2, "{}", harness.screen());
    room.does(
        json!({"command":"remove_evidence","inspection":"I000001","subject":"C000001","digest":"AAAA","reason":"重做"}),
    );
    assert_eq!(files(&room), 1);
    let items: Vec<String> = shoumi::rules::templates()[0].items().map(|i| i.id.clone()).collect();
    room.does(json!({"command":"answer_items","inspection":"I000001","answers":[{"items":items,"value":"conforms"}]}));
    room.does(json!({"command":"close_inspection","inspection":"I000001"}));
    assert_eq!(refused(None, "a", "误附"), "inspection_state");
    assert_eq!(room.session.verify().unwrap().problems, []);
}
