//! Test results: one machine, one run, one result a rule.

use std::path::Path;

use super::super::benchmark::{Outcome, RuleResult, ScanResult};
use super::super::xml::{Tag, Xml, bad, with_file};
use super::ours;
use crate::error::Error;

/// Reads every test result of a file: an XCCDF results file, or a report of assets that holds one.
///
/// # Errors
/// `xccdf_no_results` when there is none; `xccdf_nothing_matched` when a run looked at nothing, which scanners report as
/// success; `xccdf_…`, `xml_…` with the line, the value and the reason.
pub fn read_results(path: &Path) -> Result<Vec<ScanResult>, Error> {
    with_file(path, results)
}

pub(super) fn results(text: &str) -> Result<Vec<ScanResult>, Error> {
    let mut xml = Xml::new(text, ours);
    let mut out = Vec::new();
    while let Some(tag) = xml.find(&["TestResult"])? {
        let line = xml.line_of_tag(&tag);
        let scan = test_result(&mut xml, &tag)?;
        if !scan.results.iter().any(|r| r.outcome.is_evidence()) {
            let count = |o: Outcome| scan.results.iter().filter(|r| r.outcome == o).count();
            return Err(bad("xccdf_nothing_matched")
                .with("line", line)
                .with("rules", scan.results.len())
                .with("not_selected", count(Outcome::NotSelected))
                .with("not_applicable", count(Outcome::NotApplicable))
                .with("not_checked", count(Outcome::NotChecked)));
        }
        out.push(scan);
    }
    if out.is_empty() {
        return Err(bad("xccdf_no_results").with("root", xml.root()));
    }
    Ok(out)
}

fn test_result<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<ScanResult, Error> {
    let mut out = ScanResult {
        id: xml.attribute(tag, "id")?.unwrap_or_default(),
        started: xml.attribute(tag, "start-time")?.unwrap_or_default(),
        ended: xml.attribute(tag, "end-time")?.unwrap_or_default(),
        scanner: xml.attribute(tag, "test-system")?.unwrap_or_default(),
        ..ScanResult::default()
    };
    let (mut name, mut version) = (String::new(), String::new());
    while let Some(child) = xml.child()? {
        match child.name.as_str() {
            "benchmark" => {
                out.benchmark = xml.attribute(&child, "id")?.unwrap_or_default();
                xml.skip()?;
            }
            "profile" => {
                out.profile = xml.attribute(&child, "idref")?.unwrap_or_default();
                xml.skip()?;
            }
            "target" if out.target.is_empty() => out.target = xml.text(|_, _| {})?,
            "target-address" => out.addresses.push(xml.text(|_, _| {})?),
            "target-facts" => {
                while let Some(fact) = xml.child()? {
                    match xml.attribute(&fact, "name")?.as_deref() {
                        Some("urn:xccdf:fact:scanner:name") => name = xml.text(|_, _| {})?,
                        Some("urn:xccdf:fact:scanner:version") => version = xml.text(|_, _| {})?,
                        _ => xml.skip()?,
                    }
                }
            }
            "rule-result" => {
                let result = rule_result(xml, &child)?;
                out.results.push(result);
            }
            _ => xml.skip()?,
        }
    }
    if !name.is_empty() {
        name.push(' ');
        name.push_str(&version);
        name.trim().clone_into(&mut out.scanner);
    }
    Ok(out)
}

fn rule_result<'a>(xml: &mut Xml<'a>, tag: &Tag<'a>) -> Result<RuleResult, Error> {
    let rule = xml.needed(tag, "idref")?;
    let time = xml.attribute(tag, "time")?.unwrap_or_default();
    let mut outcome = None;
    let mut messages = Vec::new();
    while let Some(child) = xml.child()? {
        match child.name.as_str() {
            "result" => {
                let word = xml.text(|_, _| {})?;
                let known = Outcome::from_code(&word).ok_or_else(|| {
                    let wanted: Vec<&str> = Outcome::ALL.iter().map(|(_, w)| *w).collect();
                    xml.wrong("result", &word, &wanted.join(", "))
                })?;
                outcome = Some(known);
            }
            "message" => messages.push(xml.text(|_, _| {})?),
            _ => xml.skip()?,
        }
    }
    let outcome = outcome.ok_or_else(|| {
        let line = xml.line_of_tag(tag);
        bad("xml_missing").with("line", line).with("element", "rule-result").with("attribute", "result")
    })?;
    Ok(RuleResult { rule, outcome, time, messages })
}
