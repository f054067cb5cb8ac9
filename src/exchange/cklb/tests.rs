//! Out and in again is equal; foreign fields survive; damaged files get a sentence.

use proptest::prelude::*;

use super::ckl::read as from_ckl;
use super::*;

const CKL: &str = include_str!("../../../tests/data/exchange/sample.ckl");

fn text() -> impl Strategy<Value = String> {
    prop_oneof![3 => "[ -~]{0,12}", 2 => "[\u{4e00}-\u{4e20}，。]{0,8}", 1 => any::<String>()]
}

fn foreign() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        text().prop_map(Value::String),
        any::<i64>().prop_map(|n| json!(n)),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        prop::collection::vec(text(), 0..3).prop_map(|l| json!({ "deep": l })),
    ];
    // Names of our own would be ours, whatever they hold.
    prop::collection::btree_map("x_[a-z]{1,6}", value, 0..4).prop_map(|m| m.into_iter().collect())
}

fn item() -> impl Strategy<Value = ListItem> {
    let gravity =
        prop::sample::select(vec![Gravity::Unknown, Gravity::Info, Gravity::Low, Gravity::Medium, Gravity::High]);
    let answer = prop::sample::select(STATUS.iter().map(|(a, _)| *a).collect::<Vec<_>>());
    ((text(), text(), text(), text(), text()), (text(), text(), text(), text()), gravity, answer, foreign()).prop_map(
        |(
            (group, group_title, version, title, uuid),
            (discussion, check, details, comments),
            gravity,
            answer,
            more,
        )| {
            ListItem {
                group,
                group_title,
                version,
                title,
                gravity,
                discussion,
                check,
                answer,
                details,
                comments,
                uuid,
                more,
                ..ListItem::default()
            }
        },
    )
}

fn checklist() -> impl Strategy<Value = Checklist> {
    let list = (text(), text(), text(), prop::collection::vec(item(), 0..5), foreign());
    let list = list.prop_map(|(id, name, uuid, mut items, more)| {
        for (n, item) in items.iter_mut().enumerate() {
            item.rule = format!("{}{n}", item.group);
        }
        ItemList { id, name, uuid, items, more, ..ItemList::default() }
    });
    let machine = (text(), text(), foreign()).prop_map(|(host_name, comments, more)| Machine {
        host_name,
        comments,
        more,
        ..Machine::default()
    });
    (text(), text(), machine, prop::collection::vec(list, 0..3), foreign())
        .prop_map(|(title, id, machine, lists, more)| Checklist { title, id, machine, lists, more })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn out_and_in_again_is_equal(checklist in checklist()) {
        let bytes = render_checklist(&checklist);
        let again = from_cklb(std::str::from_utf8(&bytes).unwrap()).unwrap();
        prop_assert_eq!(&again, &checklist);
        prop_assert_eq!(render_checklist(&again), bytes);
    }

    #[test]
    fn no_damage_ends_in_a_panic(
        json in any::<bool>(),
        edits in prop::collection::vec((0_usize..4000, any::<u8>()), 1..6),
    ) {
        let base = if json { render_checklist(&from_ckl(CKL).unwrap()) } else { CKL.as_bytes().to_vec() };
        let mut bytes = base;
        for (at, byte) in edits {
            let at = at % bytes.len();
            if byte < 40 { bytes.truncate(at + 1) } else { bytes[at] = byte }
        }
        if let Ok(text) = decode(bytes) {
            let _ = from_cklb(&text);
            let _ = from_ckl(&text);
        }
    }
}

#[test]
fn an_older_checklist_is_read_and_goes_out_in_the_newer_form() {
    let c = from_ckl(CKL).unwrap();
    assert_eq!((c.machine.host_name.as_str(), c.machine.ip.as_str()), ("SM-JSJ-01", "10.0.0.5"));
    let list = &c.lists[0];
    assert_eq!((list.id.as_str(), list.version.as_str()), ("sample_list", "2"));
    let answers: Vec<_> = list.items.iter().map(|i| (i.group.as_str(), i.answer)).collect();
    assert_eq!(
        answers,
        [
            ("V-1", AnswerValue::Conforms),
            ("V-2", AnswerValue::Fails),
            ("V-3", AnswerValue::NotApplicable),
            ("V-4", AnswerValue::NotChecked)
        ]
    );
    let failed = &list.items[1];
    assert_eq!((failed.details.as_str(), failed.comments.as_str()), ("摄像头未拆除", "限期整改 <三日>"));
    assert_eq!(failed.more["ccis"], json!(["CCI-1", "CCI-2"]));
    assert_eq!(failed.more["overrides"]["severity"]["reason"], "已贴封条");
    let again = from_cklb(std::str::from_utf8(&render_checklist(&c)).unwrap()).unwrap();
    assert_eq!(again, c);
}

#[test]
fn a_written_checklist_has_every_field_readers_ask_for() {
    let c = from_ckl(CKL).unwrap();
    let value: Value = serde_json::from_slice(&render_checklist(&c)).unwrap();
    for name in ["title", "id", "stigs", "active", "mode", "has_path", "target_data", "cklb_version"] {
        assert!(value.get(name).is_some(), "{name}");
    }
    let list = &value["stigs"][0];
    assert_eq!((list["size"].as_u64(), &list["rules"][0]["stig_uuid"]), (Some(4), &list["uuid"]));
    let statuses: Vec<&str> = list["rules"].as_array().unwrap().iter().map(|r| r["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["not_a_finding", "open", "not_applicable", "not_reviewed"]);
    assert_eq!(list["rules"][1]["documentable"], "false");
    let id = value["id"].as_str().unwrap();
    assert_eq!((id.len(), id.as_bytes()[14], stable_uuid(&["a", "b"]) == stable_uuid(&["ab"])), (36, b'8', false));
}

#[test]
fn what_is_wrong_has_its_place() {
    let error = |text: &str| from_cklb(text).unwrap_err();
    let place = |e: &Error| e.values.get("place").cloned().unwrap_or_default();
    let e = error(r#"{"stigs":[{"rules":[{"rule_id":"a"},{"rule_id":"b","status":"fine"}]}]}"#);
    assert_eq!(
        (e.code, place(&e), e.values["value"].as_str()),
        ("json_value", "stigs[0].rules[1].status".into(), "fine")
    );
    let e = error(r#"{"stigs":[{"rules":[{"rule_id":"a"},{"rule_id":"a"}]}]}"#);
    assert_eq!((e.code, place(&e)), ("cklb_twice", "stigs[0].rules[1]".into()));
    let e = error(r#"{"stigs":[{"rules":{}}]}"#);
    assert_eq!((e.code, place(&e)), ("json_value", "stigs[0].rules".into()));
    assert_eq!(error("{\n\"stigs\": [}").values["line"], "2");
    assert_eq!(error("{}").code, "cklb_none");
    assert_eq!(error(&"[".repeat(100_000)).code, "json_damaged");
    assert_eq!(from_ckl("<CHECKLIST/>").unwrap_err().code, "cklb_none");
    assert_eq!(from_ckl(&CKL.replace(">Open<", ">Maybe<")).unwrap_err().code, "xml_value");
}
