//! `bundle`: an inspection goes to a laptop and comes back.

use std::collections::BTreeMap;

use super::args::BundleCmd;
use super::failure::Result;
use super::{Cx, id};
use crate::domain::command::Take;
use crate::domain::inspection::{Answer, Spot};
use crate::error::{Error, Kind};
use crate::i18n::Texts;
use crate::session::answer::sentence;
use crate::session::{BundleAnswer, BundleOf, Decided, MergeAnswer, Session};

/// `bundle out|open|return|merge`; a merge ends with 1 while something is to be decided.
pub fn bundle(cx: &mut Cx, what: &BundleCmd) -> Result {
    match what {
        BundleCmd::Out { inspection, campaign, out } => {
            let of = match campaign {
                Some(name) => BundleOf::Campaign(name.clone()),
                None => BundleOf::Inspection(id(inspection.as_deref().unwrap_or_default(), "I000003")?),
            };
            let answer = cx.open()?.bundle_out(&of, out)?;
            say(cx, "cli.bundle.out", &answer)
        }
        BundleCmd::Open { file } => {
            let answer = Session::bundle_open(&cx.settings, file)?;
            say(cx, "cli.bundle.opened", &answer)
        }
        BundleCmd::Return { inspection, out } => {
            let of = inspection.as_deref().map(|text| id(text, "I000003")).transpose()?;
            let answer = cx.open()?.bundle_return(of, out)?;
            say(cx, "cli.bundle.returned", &answer)
        }
        BundleCmd::Merge { file, dry_run, take } => {
            let side = |text: &str| match text {
                "host" => Some(Take::Host),
                "laptop" => Some(Take::Laptop),
                _ => None,
            };
            let (mut named, mut rest) = (Decided::new(), Vec::new());
            for text in take {
                let parts = text.split_once('/').and_then(|(id, left)| Some((id.parse().ok()?, left)));
                let one = parts.and_then(|(id, left)| Some((id, left.rsplit_once('=')?)));
                match one.and_then(|(id, (spot, s))| Some(((Some(id), spot.parse().ok()?), side(s)?))) {
                    Some((place, side)) => drop(named.insert(place, side)),
                    None => rest.push(text.clone()),
                }
            }
            let (spots, for_all) = decisions(&rest, side, "merge_take_wrong")?;
            named.extend(spots.into_iter().map(|(spot, side)| ((None, spot), side)));
            let answer = cx.open()?.bundle_merge(file, &named, for_all, *dry_run)?;
            let open = |m: &MergeAnswer| !m.conflicts.is_empty() || m.refusal.is_some();
            let code = u8::from(answer.others.iter().chain([&answer.first]).any(open));
            if cx.out.json {
                cx.out.document(&answer)?;
                return Ok(code);
            }
            for one in std::iter::once(&answer.first).chain(&answer.others) {
                merged(cx, one)?;
            }
            Ok(code)
        }
    }
}

fn say(cx: &mut Cx, key: &str, answer: &BundleAnswer) -> Result {
    if cx.out.json {
        cx.out.document(answer)?;
        return Ok(0);
    }
    let values = [
        ("inspection", answer.inspections.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")),
        ("number", answer.number.to_string()),
        ("counter", answer.counter.to_string()),
        ("computers", answer.computers.to_string()),
        ("answers", answer.answers.to_string()),
        ("file", answer.file.clone()),
    ];
    cx.out.line(&cx.texts().fill(key, &values))?;
    Ok(0)
}

/// `--take host`, `--take C000012/B2=laptop`: what is said of single items, and of all the rest.
pub fn decisions<T>(
    given: &[String],
    side: impl Fn(&str) -> Option<T>,
    wrong: &'static str,
) -> Result<(BTreeMap<Spot, T>, Option<T>)> {
    let (mut spots, mut for_all) = (BTreeMap::new(), None);
    for text in given {
        let one = text.rsplit_once('=').and_then(|(spot, s)| Some((spot.parse::<Spot>().ok()?, side(s)?)));
        match (side(text), one) {
            (Some(side), _) => for_all = Some(side),
            (None, Some((spot, side))) => drop(spots.insert(spot, side)),
            (None, None) => {
                let value: String = text.chars().take(40).collect();
                return Err(Error::new(Kind::Input, wrong).with("value", value).into());
            }
        }
    }
    Ok((spots, for_all))
}

fn shown(answer: Option<&Answer>, texts: Texts) -> String {
    answer.map_or_else(
        || texts.word("answer", "not_checked"),
        |a| format!("{} {} ({} {})", texts.word("answer", a.value.code()), a.remark, a.by, a.on),
    )
}

/// How the merge of one inspection went.
fn merged(cx: &mut Cx, m: &MergeAnswer) -> Result<()> {
    let texts = cx.texts();
    let values = [
        ("inspection", m.inspection.to_string()),
        ("number", m.number.to_string()),
        ("counter", m.counter.to_string()),
        ("changed", m.changed.len().to_string()),
        ("conflicts", m.conflicts.len().to_string()),
        ("state", texts.word("inspection_state", m.state.code())),
        ("spot", m.conflicts.first().map(|c| c.spot.to_string()).unwrap_or_default()),
    ];
    if m.repeated {
        cx.out.line(&texts.fill("cli.bundle.repeated", &values))?;
        return Ok(());
    }
    if let Some(r) = &m.refusal {
        cx.out.line(
            &texts.fill("cli.bundle.refused", &[("inspection", m.inspection.to_string()), ("reason", r.text.clone())]),
        )?;
        if let Some(hint) = &r.hint {
            cx.out.line(&format!("  {hint}"))?;
        }
        return Ok(());
    }
    for c in &m.changed {
        let before = shown(c.before.as_ref(), texts);
        let after = shown(c.after.as_ref(), texts);
        let values = [("spot", c.spot.to_string()), ("before", before), ("after", after)];
        cx.out.line(&texts.fill("cli.bundle.changed", &values))?;
    }
    for c in &m.conflicts {
        let field = texts.word("merge_field", c.field);
        cx.out.line(&texts.fill("cli.bundle.conflict", &[("spot", c.spot.to_string()), ("field", field)]))?;
        for (key, text, side) in
            [("cli.bundle.host", &c.host_text, &c.host), ("cli.bundle.laptop", &c.laptop_text, &c.laptop)]
        {
            // The answer beside the field, unless the field is of the finding.
            let whole = matches!(c.field, "value" | "remark");
            let text = if whole { shown(side.as_ref(), texts) } else { text.clone() };
            cx.out.line(&texts.fill(key, &[("text", text)]))?;
        }
    }
    for w in &m.warnings {
        cx.out.line(&sentence(texts, "warning", &w.code, &w.values))?;
    }
    if m.dry_run {
        cx.out.line(&texts.fill("cli.bundle.would", &values))?;
    } else if m.merged {
        cx.out.line(&texts.fill("cli.bundle.done", &values))?;
    } else {
        cx.out.line(&texts.fill("cli.bundle.none", &values))?;
        cx.out.line(&texts.fill("cli.bundle.none_hint", &values))?;
    }
    Ok(())
}
