//! `key`: what opens the register.

use super::Cx;
use super::args::KeyCmd;
use super::failure::Result;
use crate::session::{KeyChange, KeyKind, Session, Suite};

/// `key list|passphrase|file|recovery|drop`.
pub fn key(cx: &mut Cx, what: &KeyCmd) -> Result {
    let (change, by_recovery) = match what {
        KeyCmd::List => (None, false),
        KeyCmd::Passphrase { recovery } => (Some(KeyChange::Passphrase), *recovery),
        KeyCmd::File { out, recovery } => (Some(KeyChange::File(out.clone())), *recovery),
        KeyCmd::Recovery => (Some(KeyChange::Recovery), false),
        KeyCmd::Drop { kind } => {
            let kinds = [KeyKind::File, KeyKind::Passphrase, KeyKind::Recovery];
            let kind = kinds.into_iter().find(|k| k.code() == kind).unwrap_or(KeyKind::Recovery);
            (Some(KeyChange::Drop(kind)), false)
        }
    };
    let answer = match &change {
        None => Session::keys(&cx.settings)?,
        Some(change) => Session::change_key(&cx.settings, change, by_recovery)?,
    };
    if cx.out.json {
        cx.out.document(&answer)?;
        return Ok(0);
    }
    let texts = cx.texts();
    if let Some(code) = &answer.recovery_code {
        cx.out.line(&texts.fill("cli.key.recovery", &[("code", code.clone())]))?;
    }
    if let Some(file) = &answer.key_file {
        cx.out.line(&texts.fill("cli.key.file", &[("file", file.clone())]))?;
    }
    let kinds = answer.keys.iter().map(|k| texts.word("key_kind", k.code())).collect::<Vec<_>>();
    let cipher = Suite::ALL.into_iter().find(|s| s.code() == answer.cipher).unwrap_or_default().name().to_owned();
    let values = [("store", answer.store), ("keys", kinds.join(&texts.t("cli.key.and"))), ("cipher", cipher)];
    cx.out.line(&texts.fill("cli.key.opens", &values))?;
    Ok(0)
}
