//! `.ckl`: the older form of the same checklists, in XML.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::benchmark::Gravity;
use super::super::problem::shown;
use super::super::xml::{Tag, Xml, bad};
use super::{Checklist, GRAVITY_WORDS, ItemList, ListItem, Machine, Part, STATUS_WORDS, answer, stable_uuid, usual};
use crate::error::Error;

pub(super) fn read(text: &str) -> Result<Checklist, Error> {
    let mut xml = Xml::new(text, str::is_empty);
    if xml.find(&["CHECKLIST"])?.is_none() {
        return Err(bad("cklb_none"));
    }
    let mut out = Checklist::default();
    while let Some(part) = xml.child()? {
        match part.name.as_str() {
            "ASSET" => out.machine = ckl_machine(&mut xml)?,
            "STIGS" => {
                while let Some(list) = xml.child()? {
                    if list.name == "iSTIG" {
                        let list = ckl_list(&mut xml)?;
                        out.lists.push(list);
                    } else {
                        xml.skip()?;
                    }
                }
            }
            _ => xml.skip()?,
        }
    }
    if out.lists.is_empty() {
        return Err(bad("cklb_none"));
    }
    out.title.clone_from(&out.machine.host_name);
    out.id = stable_uuid(&["ckl", text]);
    Ok(out)
}

fn ckl_machine(xml: &mut Xml) -> Result<Machine, Error> {
    let mut out = Machine::default();
    while let Some(child) = xml.child()? {
        let value = xml.raw_text(|_, _| {})?;
        match child.name.as_str() {
            "HOST_NAME" => out.host_name = value,
            "HOST_IP" => out.ip = value,
            "HOST_MAC" => out.mac = value,
            "HOST_FQDN" => out.fqdn = value,
            "TARGET_COMMENT" => out.comments = value,
            "ROLE" => keep(&mut out.more, Part::Machine, "role", value),
            "ASSET_TYPE" => keep(&mut out.more, Part::Machine, "target_type", value),
            "TECH_AREA" => keep(&mut out.more, Part::Machine, "technology_area", value),
            "WEB_DB_SITE" => keep(&mut out.more, Part::Machine, "web_db_site", value),
            "WEB_DB_INSTANCE" => keep(&mut out.more, Part::Machine, "web_db_instance", value),
            _ => {}
        }
    }
    Ok(out)
}

/// Keeps a text unless it is empty or what is written anyway.
fn keep(more: &mut Map<String, Value>, part: Part, name: &str, value: String) {
    let value = Value::String(value);
    if value != Value::String(String::new()) && usual(part).get(name) != Some(&value) {
        more.insert(name.to_owned(), value);
    }
}

fn ckl_list(xml: &mut Xml) -> Result<ItemList, Error> {
    let mut out = ItemList::default();
    let mut seen = BTreeSet::new();
    while let Some(child) = xml.child()? {
        match child.name.as_str() {
            "STIG_INFO" => {
                while let Some(pair) = xml.child()? {
                    let (name, value) = if pair.name == "SI_DATA" {
                        ckl_pair(xml, "SID_NAME", "SID_DATA")?
                    } else {
                        xml.skip()?;
                        continue;
                    };
                    match name.as_str() {
                        "stigid" => out.id = value,
                        "title" => out.name = value,
                        "version" => out.version = value,
                        "releaseinfo" => out.release = value,
                        "uuid" => out.uuid = value,
                        _ => {}
                    }
                }
            }
            "VULN" => {
                let line = xml.line_of_tag(&child);
                let item = ckl_item(xml, &child)?;
                if !item.rule.is_empty() && !seen.insert(item.rule.clone()) {
                    return Err(bad("xccdf_twice").with("line", line).with("id", shown(&item.rule)));
                }
                out.items.push(item);
            }
            _ => xml.skip()?,
        }
    }
    out.display_name.clone_from(&out.name);
    if out.uuid.is_empty() {
        out.uuid = stable_uuid(&["list", &out.id, &out.version]);
    }
    Ok(out)
}

/// A pair of a name and its value, the two children of the element that was opened last.
fn ckl_pair(xml: &mut Xml, name_tag: &str, value_tag: &str) -> Result<(String, String), Error> {
    let (mut name, mut value) = (String::new(), String::new());
    while let Some(child) = xml.child()? {
        if child.name == name_tag {
            name = xml.raw_text(|_, _| {})?;
        } else if child.name == value_tag {
            value = xml.raw_text(|_, _| {})?;
        } else {
            xml.skip()?;
        }
    }
    Ok((name, value))
}

fn ckl_item(xml: &mut Xml, tag: &Tag) -> Result<ListItem, Error> {
    let mut out = ListItem::default();
    let (mut ccis, mut legacy) = (Vec::new(), Vec::new());
    let (mut override_to, mut override_why) = (String::new(), String::new());
    while let Some(child) = xml.child()? {
        if child.name == "STIG_DATA" {
            let (name, value) = ckl_pair(xml, "VULN_ATTRIBUTE", "ATTRIBUTE_DATA")?;
            match name.as_str() {
                "Vuln_Num" => out.group = value,
                "Rule_ID" => out.rule = value,
                "Rule_Ver" => out.version = value,
                "Rule_Title" => out.title = value,
                "Group_Title" => out.group_title = value,
                "Vuln_Discuss" => out.discussion = value,
                "Check_Content" => out.check = value,
                "Fix_Text" => out.fix = value,
                "Severity" if value.is_empty() => {}
                "Severity" => {
                    let known = Gravity::from_code(&value);
                    out.gravity = known.ok_or_else(|| xml.wrong("Severity", &value, GRAVITY_WORDS))?;
                }
                "CCI_REF" if !value.is_empty() => ccis.push(Value::String(value)),
                "LEGACY_ID" if !value.is_empty() => legacy.push(Value::String(value)),
                "Weight" => keep(&mut out.more, Part::Item, "weight", value),
                "Class" => keep(&mut out.more, Part::Item, "classification", value),
                "IA_Controls" => keep(&mut out.more, Part::Item, "ia_controls", value),
                "Responsibility" => keep(&mut out.more, Part::Item, "responsibility", value),
                "Mitigations" => keep(&mut out.more, Part::Item, "mitigations", value),
                "Potential_Impact" => keep(&mut out.more, Part::Item, "potential_impacts", value),
                _ => {}
            }
            continue;
        }
        let value = xml.raw_text(|_, _| {})?;
        match child.name.as_str() {
            "STATUS" => {
                out.answer = answer(&value).ok_or_else(|| xml.wrong("STATUS", &value, STATUS_WORDS))?;
            }
            "FINDING_DETAILS" => out.details = value,
            "COMMENTS" => out.comments = value,
            "SEVERITY_OVERRIDE" => override_to = value,
            "SEVERITY_JUSTIFICATION" => override_why = value,
            _ => {}
        }
    }
    if out.rule.is_empty() && out.group.is_empty() {
        let line = xml.line_of_tag(tag);
        return Err(bad("xml_missing").with("line", line).with("element", "VULN").with("attribute", "Rule_ID"));
    }
    for (name, list) in [("ccis", ccis), ("legacy_ids", legacy)] {
        if !list.is_empty() {
            out.more.insert(name.to_owned(), Value::Array(list));
        }
    }
    if !override_to.is_empty() {
        let change = json!({ "severity": { "severity": override_to, "reason": override_why } });
        out.more.insert("overrides".to_owned(), change);
    }
    out.uuid = stable_uuid(&["rule", &out.rule, &out.group]);
    Ok(out)
}
