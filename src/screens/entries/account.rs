//! The forms about accounts: opened, given rights, a key noted, shut, opened again.

use super::fields::entry;
use super::{Entry, Takes, Values};
use crate::domain::command::{AddOperator, DisableOperator, EnableOperator, GrantOperator, SetOperatorKey};
use crate::domain::{Command, Operator, Role, UnitId};
use crate::screens::deed::AccountDeed;
use crate::screens::{Context, accounts};

/// The fields that say the roles: an account has one, at times two or three; what it has beyond them stays together in
/// the last.
const ROLES: [&str; 3] = ["role", "role_too", "role_also"];

/// The roles a field can say, and none; `held` is what the account has there.
fn roles(held: &[Role], cx: &Context) -> Entry {
    let word = |roles: &[Role]| {
        let words: Vec<String> = roles.iter().map(|r| cx.texts.word("role", r.code())).collect();
        words.join(&cx.texts.t("list.separator"))
    };
    let code = |roles: &[Role]| roles.iter().map(|r| r.code()).collect::<Vec<_>>().join(" ");
    let mut all = vec![(String::new(), cx.texts.t("accounts.no_role"))];
    all.extend(Role::ALL.iter().filter(|r| **r != Role::Owner).map(|r| (code(&[*r]), word(&[*r]))));
    if held.len() > 1 {
        all.push((code(held), word(held)));
    }
    entry("role", Takes::OneOf(all), false, code(held))
}

/// The units the rights can reach: all, one, or those they reach now.
fn units(account: &Operator, cx: &Context) -> Entry {
    let mut all = vec![(String::new(), cx.texts.t("operators.everything"))];
    all.extend(cx.units.iter().map(|u| (u.id.to_string(), u.name.clone())));
    let now = account.units.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    if account.units.len() > 1 {
        all.push((now.clone(), now.clone()));
    }
    entry("reach_units", Takes::OneOf(all), false, now)
}

/// The fields of a deed with the account of this number.
pub(super) fn entries(deed: AccountDeed, number: u64, cx: &Context) -> Vec<Entry> {
    let text = |name, required, start: &str| entry(name, Takes::Text, required, start);
    match deed {
        AccountDeed::Add => vec![text("account", true, ""), text("name", true, "")],
        AccountDeed::Grant => {
            let Some(account) = accounts::find(number, cx) else { return Vec::new() };
            let mut held = account.roles.chunks(1).take(ROLES.len() - 1).collect::<Vec<_>>();
            held.push(account.roles.get(ROLES.len() - 1..).unwrap_or_default());
            held.resize(ROLES.len(), &[]);
            let mut out: Vec<Entry> =
                ROLES.iter().zip(held).map(|(name, held)| Entry { name, ..roles(held, cx) }).collect();
            if cx.units.len() > 1 || !account.units.is_empty() {
                out.push(units(account, cx));
            }
            out.push(text("reach_departments", false, &account.departments.join(&cx.texts.t("list.separator"))));
            out.push(text("reason", true, ""));
            out
        }
        AccountDeed::Key => vec![text("public_key", true, "")],
        AccountDeed::Disable | AccountDeed::Enable => vec![text("reason", true, "")],
    }
}

/// The command of a filled form.
pub(super) fn command(deed: AccountDeed, number: u64, v: &Values, cx: &Context) -> Option<Command> {
    let operator = || accounts::find(number, cx).map(|a| a.id.clone());
    let reason = v.text("reason");
    Some(match deed {
        AccountDeed::Add => Command::AddOperator(AddOperator { operator: v.text("account"), name: v.text("name") }),
        AccountDeed::Grant => {
            let said: Vec<String> = ROLES.iter().map(|name| v.text(name)).collect();
            let departments = v.text("reach_departments");
            let departments = departments.split([',', ';', '\u{3001}', '\u{ff0c}', '\u{ff1b}']).map(str::trim);
            Command::GrantOperator(GrantOperator {
                operator: operator()?,
                roles: said.iter().flat_map(|r| r.split(' ')).filter_map(Role::from_code).collect(),
                units: v.text("reach_units").split(' ').filter_map(|u| u.parse::<UnitId>().ok()).collect(),
                departments: departments.filter(|d| !d.is_empty()).map(str::to_owned).collect(),
                reason,
            })
        }
        AccountDeed::Key => {
            Command::SetOperatorKey(SetOperatorKey { operator: operator()?, key: v.text("public_key") })
        }
        AccountDeed::Disable => Command::DisableOperator(DisableOperator { operator: operator()?, reason }),
        AccountDeed::Enable => Command::EnableOperator(EnableOperator { operator: operator()?, reason }),
    })
}
