//! `probe`: what this machine says of itself, as evidence beside the items of a checklist.

use std::path::Path;

use super::Cx;
use super::args::ProbeArgs;
use super::failure::Result;
use crate::exchange::Seen;
use crate::session::write_probe;

/// `probe --out FILE.json`; the answer is the document that was written.
pub fn probe(cx: &mut Cx, args: &ProbeArgs) -> Result {
    let out = cx.settings.outgoing(&args.out)?;
    let found = write_probe(args.root.as_deref().unwrap_or(Path::new("/")), &out, cx.settings.readers())?;
    if cx.out.json {
        cx.out.document(&found)?;
        return Ok(0);
    }
    let texts = cx.texts();
    for fact in &found.facts {
        let seen = match &fact.seen {
            Seen::Value(value) => value.clone(),
            Seen::Absent => texts.t("probe.absent"),
            Seen::Unreadable(why) => texts.fill("probe.unreadable", &[("why", why)]),
        };
        let topic = texts.t(&format!("probe.topic.{}", fact.topic));
        let line = [topic, fact.name.clone(), seen, fact.source.clone()];
        cx.out.line(&line.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join("  "))?;
    }
    cx.out.line(&texts.fill("cli.form_written", &[("file", args.out.display().to_string())]))?;
    Ok(0)
}
