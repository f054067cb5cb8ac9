//! `checklist out|in`: an inspection as other programs' checklists know it.

use super::args::{ChecklistArgs, ChecklistCmd};
use super::bundle::decisions;
use super::failure::Result;
use super::{Cx, id};
use crate::domain::inspection::Subject;
use crate::exchange::Told;
use crate::i18n::Texts;
use crate::session::answer::sentence;
use crate::session::{ListAsked, ListIn, ListSide};

/// `checklist out|in`; `in` ends with 1 while something is to be decided.
pub fn checklist(cx: &mut Cx, what: &ChecklistCmd) -> Result {
    match what {
        ChecklistCmd::Out { inspection, subject, fill, out } => {
            let inspection = id(inspection, "I000003")?;
            let answer =
                cx.open()?.checklist_out(inspection, subject.as_deref().map(Subject::new), fill.as_deref(), out)?;
            if cx.out.json {
                cx.out.document(&answer)?;
                return Ok(0);
            }
            let values = [
                ("inspection", answer.inspection.to_string()),
                ("subject", answer.subject.to_string()),
                ("items", answer.items.to_string()),
                ("answered", answer.answered.to_string()),
                ("file", answer.file),
            ];
            cx.out.line(&cx.texts().fill("cli.checklist.out", &values))?;
            Ok(0)
        }
        ChecklistCmd::In(args) => take_in(cx, args),
    }
}

fn take_in(cx: &mut Cx, args: &ChecklistArgs) -> Result {
    let side = |text: &str| match text {
        "host" => Some(ListSide::Host),
        "file" => Some(ListSide::File),
        _ => None,
    };
    let (spots, for_all) = decisions(&args.take, side, "checklist_take_wrong")?;
    let asked = ListAsked {
        inspection: id(&args.inspection, "I000003")?,
        subject: args.subject.as_deref().map(Subject::new),
        remark: args.remark.clone().unwrap_or_default().trim().to_owned(),
        spots,
        for_all,
        dry_run: args.dry_run,
    };
    let answer = cx.open()?.checklist_in(&args.file, &asked)?;
    let code = u8::from(!answer.conflicts.is_empty());
    if cx.out.json {
        cx.out.document(&answer)?;
        return Ok(code);
    }
    say(cx, &answer)?;
    Ok(code)
}

fn shown(told: &Told, texts: Texts) -> String {
    let value = texts.word("answer", told.value.code());
    let parts = [value.as_str(), &told.remark, &told.what];
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" / ")
}

fn say(cx: &mut Cx, answer: &ListIn) -> Result<()> {
    let texts = cx.texts();
    let values = [
        ("inspection", answer.inspection.to_string()),
        ("subject", answer.subject.to_string()),
        ("target", answer.target.clone()),
        ("found", answer.found.to_string()),
        ("unknown", answer.unknown.to_string()),
        ("changed", answer.changed.len().to_string()),
        ("conflicts", answer.conflicts.len().to_string()),
    ];
    for c in &answer.changed {
        let change =
            [("spot", c.spot.to_string()), ("before", shown(&c.before, texts)), ("after", shown(&c.after, texts))];
        cx.out.line(&texts.fill("cli.bundle.changed", &change))?;
    }
    for c in &answer.conflicts {
        cx.out.line(&texts.fill("cli.checklist.conflict", &[("spot", c.spot.to_string())]))?;
        cx.out.line(&texts.fill("cli.bundle.host", &[("text", shown(&c.host, texts))]))?;
        cx.out.line(&texts.fill("cli.checklist.file", &[("text", shown(&c.file, texts))]))?;
    }
    let key = if answer.taken {
        "cli.checklist.taken"
    } else if answer.dry_run {
        "cli.checklist.would"
    } else {
        "cli.checklist.none"
    };
    cx.out.line(&texts.fill(key, &values))?;
    if let Some(first) = answer.conflicts.first().filter(|_| !answer.dry_run) {
        cx.out.line(&texts.fill("cli.checklist.none_hint", &[("spot", first.spot.to_string())]))?;
    }
    if answer.unknown > 0 {
        cx.out.note(&texts.fill("cli.checklist.unknown", &values));
    }
    for w in &answer.warnings {
        cx.out.note(&sentence(texts, "warning", &w.code, &w.values));
    }
    Ok(())
}
