//! An inspection out and in again; whose word counts; foreign names.

use super::*;
use crate::rules::templates;

fn told(value: AnswerValue, remark: &str, what: &str) -> Told {
    Told { value, remark: remark.to_owned(), what: what.to_owned() }
}

#[test]
fn silence_neither_contradicts_nor_overwrites() {
    use AnswerValue::{Conforms, Fails, NotChecked};
    let table = [
        // register, file, disagree, the file's word over the register's
        (told(NotChecked, "", ""), told(Fails, "r", "w"), false, told(Fails, "r", "w")),
        (told(Fails, "r", "w"), told(NotChecked, "", ""), false, told(Fails, "r", "w")),
        (told(Fails, "r", "w"), told(Fails, "", ""), false, told(Fails, "r", "w")),
        (told(Fails, "r", ""), told(Fails, "r", "w"), false, told(Fails, "r", "w")),
        (told(Fails, "r", ""), told(Fails, "s", ""), true, told(Fails, "s", "")),
        (told(Fails, "r", "w"), told(Fails, "r", "v"), true, told(Fails, "r", "v")),
        (told(Conforms, "r", ""), told(Fails, "", ""), true, told(Fails, "", "")),
        (told(Fails, "r", "w"), told(Conforms, "", ""), true, told(Conforms, "", "")),
        (told(Fails, "r", "w"), told(Fails, "w", ""), true, told(Fails, "w", "")),
        (told(NotChecked, "r", ""), told(Conforms, "s", ""), true, told(Conforms, "s", "")),
    ];
    for (host, file, disagree, over) in table {
        assert_eq!(host.disagrees(&file), disagree, "{host:?} {file:?}");
        assert_eq!(file.disagrees(&host), disagree, "{host:?} {file:?}");
        assert_eq!(file.over(&host), over, "{host:?} {file:?}");
        assert_eq!(host.over(&host), host);
    }
}

/// The items of every embedded template, one of each answer, found again in what was written.
#[test]
fn every_template_finds_its_items_in_its_own_checklist() {
    let values = [AnswerValue::Conforms, AnswerValue::Fails, AnswerValue::NotApplicable, AnswerValue::NotChecked];
    for template in templates() {
        let empty = Checklist {
            lists: vec![ItemList {
                id: template.id.clone(),
                version: template.version.clone(),
                items: template
                    .items()
                    .zip(values.iter().cycle())
                    .map(|(item, value)| ListItem {
                        rule: name_of(item).to_owned(),
                        version: item.id.clone(),
                        answer: *value,
                        comments: format!(" {} ", item.id),
                        details: "more".to_owned(),
                        ..ListItem::default()
                    })
                    .collect(),
                ..ItemList::default()
            }],
            ..Checklist::default()
        };
        let found = matched(&empty, template).unwrap();
        assert_eq!((found.told.len(), found.unknown), (template.items().count(), 0), "{}", template.id);
        for (item, value) in template.items().zip(values.iter().cycle()) {
            let wanted = match value {
                AnswerValue::Fails => told(*value, &item.id, "more"),
                _ => told(*value, &format!("{}\nmore", item.id), ""),
            };
            assert_eq!(found.told[&item.id], wanted);
        }
    }
}

fn foreign() -> Checklist {
    let item = |rule: &str, version: &str| ListItem {
        rule: rule.to_owned(),
        version: version.to_owned(),
        title: format!("title {rule}"),
        discussion: "why".to_owned(),
        fix: "mend".to_owned(),
        gravity: Gravity::High,
        answer: AnswerValue::Fails,
        details: "seen".to_owned(),
        more: serde_json::from_str(r#"{"ccis":["CCI-000015"]}"#).unwrap(),
        ..ListItem::default()
    };
    let items = vec![item("SV-1r1_rule", "OS-01"), item("SV-2r1_rule", "OS-02"), item("", "OS-03")];
    let list = |id: &str, items: Vec<ListItem>| ItemList {
        id: id.to_owned(),
        version: "2".to_owned(),
        display_name: "A system".to_owned(),
        items,
        ..ItemList::default()
    };
    Checklist { lists: vec![list("A_STIG", items), list("empty", Vec::new())], ..Checklist::default() }
}

#[test]
fn a_foreign_checklist_becomes_a_template_and_is_found_in_it() {
    let list = foreign();
    let all = benchmarks_of(&list);
    assert_eq!(all.len(), 1);
    let drafted = crate::exchange::draft_template(&all[0], crate::exchange::Wanted::Selected, None).unwrap();
    let template = crate::rules::read_template("t", &drafted.text).unwrap();
    assert_eq!((template.id.as_str(), template.version.as_str()), ("a-stig", "2"));
    let first = template.items().next().unwrap();
    assert_eq!((first.scan[0].as_str(), first.severity.as_str()), ("SV-1r1_rule", "high"));
    assert!(first.article.starts_with("OS-01"), "{}", first.article);
    assert_eq!(first.references, ["OS-01", "CCI-000015"]);
    let found = matched(&list, &template).unwrap();
    assert_eq!(found.told.len(), 3);
    assert!(found.told.values().all(|t| *t == told(AnswerValue::Fails, "seen", "")), "details alone are the remark");
}

#[test]
fn a_file_that_is_not_of_this_template_is_refused() {
    let p8 = &templates()[0];
    let code = |list: &Checklist| matched(list, p8).unwrap_err().code;
    assert_eq!(code(&foreign()), "cklb_no_item");
    let mut other = foreign();
    other.lists[0].id.clone_from(&p8.id);
    assert_eq!(code(&other), "cklb_other_version");
    other.lists[0].version.clone_from(&p8.version);
    assert_eq!(code(&other), "cklb_no_item");
    let items = &mut other.lists[0].items;
    items[0].version = "A1".to_owned();
    assert_eq!(matched(&other, p8).map(|m| (m.told.len(), m.unknown)), Ok((1, 2)));
    other.lists[0].items[1].version = "A1".to_owned();
    assert_eq!(code(&other), "cklb_twice");
}
