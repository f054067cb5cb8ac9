//! Accounts: the system administrator opens and shuts them and notes their keys, the security administrator grants
//! rights and opens what was shut; nobody does either for himself, and each of the three administrators (三员) is a
//! person of its own.

use std::collections::BTreeSet;

use super::{Context, Decision, Refusal, required, short, the_unit};
use crate::domain::command::GrantOperator;
use crate::domain::operator::{ADMINISTRATORS, KEY_KINDS, KeyProblem, OperatorKey, is_operator_id};
use crate::domain::{Change, Command, Operator, RecordId, RecordKind, Role, View};

pub(super) fn decide(view: &dyn View, cx: &Context, command: &Command) -> Result<Decision, Refusal> {
    let all = view.operators()?;
    if all.iter().any(|o| o.roles.contains(&Role::Owner)) {
        return Err(Refusal::rule("operators_single"));
    }
    let accounts = Accounts { view, cx, all };
    match command {
        Command::AddOperator(c) => accounts.add(&c.operator, &c.name),
        Command::GrantOperator(c) => accounts.grant(c),
        Command::SetOperatorKey(c) => accounts.key(&c.operator, &c.key),
        Command::DisableOperator(c) => accounts.set_disabled(&c.operator, true, &c.reason),
        Command::EnableOperator(c) => accounts.set_disabled(&c.operator, false, &c.reason),
        _ => Err(Refusal::input("wrong_command")),
    }
}

struct Accounts<'a> {
    view: &'a dyn View,
    cx: &'a Context<'a>,
    all: Vec<Operator>,
}

impl Accounts<'_> {
    fn add(&self, id: &str, name: &str) -> Result<Decision, Refusal> {
        let id = id.trim();
        if !is_operator_id(id) {
            return Err(Refusal::input("operator_id").with("id", id));
        }
        if self.all.iter().any(|o| o.id == id) {
            return Err(Refusal::rule("operator_exists").with("operator", id));
        }
        let name = required("name", name)?;
        Ok(put(Operator::new(self.view.next_number(RecordKind::Operator)?, id, name)))
    }

    fn grant(&self, given: &GrantOperator) -> Result<Decision, Refusal> {
        let mut operator = self.other(&given.operator, "grant_self")?;
        let roles: BTreeSet<usize> = given.roles.iter().filter_map(|r| Role::ALL.iter().position(|o| o == r)).collect();
        let roles: Vec<Role> = roles.into_iter().filter_map(|n| Role::ALL.get(n).copied()).collect();
        if roles.contains(&Role::Owner) {
            return Err(Refusal::rule("role_owner"));
        }
        if let Some(administrator) = roles.iter().find(|r| ADMINISTRATORS.contains(r))
            && let Some(other) = roles.iter().find(|r| *r != administrator)
        {
            let refusal = Refusal::rule("roles_exclude");
            return Err(refusal.with("role", administrator.code()).with("other_role", other.code()));
        }
        let mut units = given.units.clone();
        units.sort_unstable();
        units.dedup();
        for unit in &units {
            the_unit(self.view, *unit)?;
        }
        let mut departments = Vec::new();
        for department in &given.departments {
            let department = required("departments", department)?;
            if !departments.contains(&department) {
                departments.push(department);
            }
        }
        if roles.contains(&Role::DepartmentLeader) && departments.is_empty() {
            return Err(Refusal::input("departments_needed"));
        }
        let before = operator.clone();
        (operator.roles, operator.units, operator.departments) = (roles, units, departments);
        operator.reason = short("reason", &given.reason)?;
        if operator == before {
            return Err(Refusal::rule("nothing_changed").with("id", &operator.id));
        }
        self.keeps_administrators(&before, &operator)?;
        Ok(put(operator))
    }

    fn key(&self, id: &str, line: &str) -> Result<Decision, Refusal> {
        let mut operator = self.the(id)?;
        let key = OperatorKey::parse(line, self.cx.today).map_err(|problem| {
            Refusal::input(match problem {
                KeyProblem::Private => "key_private",
                KeyProblem::Shape => "key_shape",
                KeyProblem::Kind => "key_kind",
                KeyProblem::Text => "key_text",
                KeyProblem::Short => "key_short",
            })
            .with("kinds", KEY_KINDS.join(", "))
        })?;
        let same = |o: &&Operator| o.key.as_ref().is_some_and(|k| k.text == key.text);
        match self.all.iter().find(same) {
            Some(holder) if holder.id == operator.id => {
                return Err(Refusal::rule("nothing_changed").with("id", &operator.id));
            }
            Some(holder) => return Err(Refusal::rule("key_taken").with("operator", &holder.id)),
            None => {}
        }
        operator.key = Some(key);
        Ok(put(operator))
    }

    fn set_disabled(&self, id: &str, disabled: bool, reason: &str) -> Result<Decision, Refusal> {
        let mut operator = self.other(id, "disable_self")?;
        let reason = required("reason", reason)?;
        if operator.disabled == disabled {
            return Err(Refusal::rule("nothing_changed").with("id", &operator.id));
        }
        let before = operator.clone();
        (operator.disabled, operator.reason) = (disabled, reason);
        self.keeps_administrators(&before, &operator)?;
        Ok(put(operator))
    }

    fn the(&self, id: &str) -> Result<Operator, Refusal> {
        let id = id.trim();
        let found = self.all.iter().find(|o| o.id == id).cloned();
        found.ok_or_else(|| Refusal::input("no_such_operator").with("operator", id))
    }

    /// Somebody who is not the one who asks.
    fn other(&self, id: &str, code: &'static str) -> Result<Operator, Refusal> {
        let operator = self.the(id)?;
        if operator.id == self.cx.who.operator {
            return Err(Refusal::permission(code).with("operator", &operator.id));
        }
        Ok(operator)
    }

    /// The last of each kind stays: without it nobody could open accounts, grant rights or read the journal.
    fn keeps_administrators(&self, before: &Operator, after: &Operator) -> Result<(), Refusal> {
        let active = |o: &Operator, role: Role| !o.disabled && o.roles.contains(&role);
        for role in ADMINISTRATORS {
            let another = self.all.iter().any(|o| o.number != after.number && active(o, role));
            if active(before, role) && !active(after, role) && !another {
                return Err(Refusal::rule("last_administrator").with("operator", &after.id).with("role", role.code()));
            }
        }
        Ok(())
    }
}

fn put(mut operator: Operator) -> Decision {
    operator.revision += 1;
    let record = RecordId { kind: RecordKind::Operator, number: operator.number };
    Decision {
        changes: vec![Change::Operator(Box::new(operator))],
        ids: vec![record.to_string()],
        warnings: Vec::new(),
    }
}
