//! `operator add|grant|disable|enable|list|key`: accounts, their rights, and the line for the keys file.

use std::io::Read;
use std::path::Path;

use serde::Serialize;

use super::args::{OperatorCmd, OperatorGrantArgs, OperatorKeyArgs};
use super::failure::Result;
use super::out::or_dash;
use super::rules::report;
use super::table::Table;
use super::{Cx, id};
use crate::domain::command::{AddOperator, DisableOperator, EnableOperator, GrantOperator, SetOperatorKey};
use crate::domain::{Channel, Command, Date, Operator, Role, UnitId};
use crate::error::{Error, Kind};
use crate::exchange::read_most;
use crate::session::SessionError;

/// A public key is one line.
const KEY_LIMIT: u64 = 16 * 1024;

/// What `operator list` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct OperatorList {
    /// The accounts, in the order they were opened.
    pub operators: Vec<OperatorAnswer>,
}

/// An account.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct OperatorAnswer {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// Rights.
    pub roles: Vec<Role>,
    /// Units the rights reach; empty reaches all.
    pub units: Vec<UnitId>,
    /// Departments the rights reach; empty reaches the whole unit.
    pub departments: Vec<String>,
    /// Shut.
    pub disabled: bool,
    /// Why rights were last granted, or the account shut or opened.
    pub reason: Option<String>,
    /// The kind of its key.
    pub key_kind: Option<String>,
    /// The fingerprint of its key, as the log of `sshd` shows it.
    pub fingerprint: Option<String>,
    /// The key was noted on.
    pub key_since: Option<Date>,
}

impl From<Operator> for OperatorAnswer {
    fn from(o: Operator) -> Self {
        Self {
            fingerprint: o.key.as_ref().map(crate::domain::operator::OperatorKey::fingerprint),
            key_since: o.key.as_ref().map(|k| k.since),
            key_kind: o.key.map(|k| k.kind),
            reason: Some(o.reason).filter(|r| !r.is_empty()),
            id: o.id,
            name: o.name,
            roles: o.roles,
            units: o.units,
            departments: o.departments,
            disabled: o.disabled,
        }
    }
}

/// What `operator key` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct KeyAnswer {
    /// The account.
    pub id: String,
    /// The fingerprint of the key.
    pub fingerprint: String,
    /// The line for the keys file.
    pub line: String,
}

/// `operator …`.
pub fn operator(cx: &mut Cx, what: OperatorCmd) -> Result {
    let command = match what {
        OperatorCmd::List => return list(cx),
        OperatorCmd::Key(args) => return key(cx, &args),
        OperatorCmd::Add { id, name } => Command::AddOperator(AddOperator { operator: id, name }),
        OperatorCmd::Grant(args) => Command::GrantOperator(grant(args)?),
        OperatorCmd::Disable { id, reason } => Command::DisableOperator(DisableOperator { operator: id, reason }),
        OperatorCmd::Enable { id, reason } => Command::EnableOperator(EnableOperator { operator: id, reason }),
    };
    let done = cx.open()?.commit(&command, Channel::Cli)?;
    report(cx, &command, &done)?;
    Ok(0)
}

fn grant(args: OperatorGrantArgs) -> Result<GrantOperator> {
    Ok(GrantOperator {
        operator: args.id,
        roles: args.role.iter().filter_map(|r| Role::from_code(r)).collect(),
        units: args.unit.iter().map(|u| id::<UnitId>(u, "U000001")).collect::<Result<_>>()?,
        departments: args.department,
        reason: args.reason,
    })
}

fn list(cx: &mut Cx) -> Result {
    let operators: Vec<OperatorAnswer> = cx.open()?.operators()?.into_iter().map(Into::into).collect();
    if cx.out.json {
        cx.out.document(&OperatorList { operators })?;
        return Ok(0);
    }
    let texts = cx.texts();
    let heads = ["id", "name", "roles", "reach", "state", "key"].map(|c| texts.t(&format!("operators.column.{c}")));
    let mut table = Table::new(&heads);
    for o in &operators {
        let words = |roles: &[Role]| roles.iter().map(|r| texts.word("role", r.code())).collect::<Vec<_>>().join(", ");
        let mut reach: Vec<String> = o.units.iter().map(ToString::to_string).collect();
        reach.extend(o.departments.iter().cloned());
        let roles = if o.roles.is_empty() { texts.t("operators.no_roles") } else { words(&o.roles) };
        let state = texts.t(if o.disabled { "operators.disabled" } else { "operators.active" });
        let reach = if reach.is_empty() { texts.t("operators.everything") } else { reach.join(", ") };
        table.row(&[o.id.clone(), o.name.clone(), roles, reach, state, or_dash(o.fingerprint.as_deref())]);
    }
    cx.out.table(&table)?;
    Ok(0)
}

/// The line is the answer, alone on standard output, so that it can be put into the file as it is.
fn key(cx: &mut Cx, args: &OperatorKeyArgs) -> Result {
    let session = cx.open()?;
    let mut noted = None;
    if let Some(path) = &args.public_key {
        let command = Command::SetOperatorKey(SetOperatorKey { operator: args.id.clone(), key: read(cx, path)? });
        match session.commit(&command, Channel::Cli) {
            Ok(done) => noted = Some(done.seq),
            // It is the key noted already: the line is all that is wanted.
            Err(SessionError::Refused(r)) if r.code == "nothing_changed" => {}
            Err(e) => return Err(e.into()),
        }
    }
    let answer = session.key_line(&args.id, &program()?, cx.config.as_deref())?;
    if cx.out.json {
        cx.out.document(&KeyAnswer { id: answer.id, fingerprint: answer.fingerprint, line: answer.line })?;
        return Ok(0);
    }
    let texts = cx.texts();
    if let Some(seq) = noted {
        cx.out.note(&texts.fill("cli.recorded", &[("seq", seq.to_string())]));
    }
    cx.out.note(&texts.fill("operators.key_hint", &[("fingerprint", &answer.fingerprint), ("id", &answer.id)]));
    cx.out.line(&answer.line)?;
    Ok(0)
}

/// Where this program lies: the line names it in full, because `sshd` looks for nothing.
fn program() -> Result<std::path::PathBuf> {
    Ok(std::env::current_exe().map_err(|e| Error::new(Kind::Input, "program_unknown").with("reason", e))?)
}

fn read(cx: &Cx, path: &Path) -> Result<String> {
    let fail =
        |e: std::io::Error| Error::new(Kind::Input, "file_unreadable").with("path", path.display()).with("reason", e);
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().take(KEY_LIMIT + 1).read_to_end(&mut bytes).map_err(fail)?;
    } else {
        bytes = read_most(&cx.settings.incoming(path)?, KEY_LIMIT + 1)?;
    }
    // What is too long or no text is no key, and refused as such.
    Ok(String::from_utf8(bytes).unwrap_or_default())
}
