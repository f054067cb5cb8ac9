//! Changing the register: one command, or several that stand or fall together.

use serde_json::{Value, json};

use super::{Session, SessionError};
use crate::clock;
use crate::decide::{self, Decision, Refusal, RefusalKind, Warning, Who};
use crate::domain::{Actor, Channel, Command, Packed, PersonId, View};
use crate::rules::Values;
use crate::store::{Note, Outcome, Stamp, Work};

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Done {
    /// Ids of what was made or changed, most important first.
    pub ids: Vec<String>,
    /// The journal entry.
    pub seq: u64,
    /// What deserves a look.
    pub warnings: Vec<Warning>,
    /// A retry: nothing was done now, this is the first answer.
    pub replayed: bool,
    /// There was nothing to change; `seq` is the newest entry, whoever's it is.
    pub nothing: bool,
}

/// Why a transaction wrote nothing.
enum Stop {
    Refused(Refusal),
    /// The command changes nothing.
    Nothing(Decision),
}

impl From<Refusal> for Stop {
    fn from(r: Refusal) -> Self {
        Self::Refused(r)
    }
}

impl Session {
    /// Does a command; when it returns, the change is on disk.
    ///
    /// # Errors
    /// A refusal with its rule and way out, or a failure of the store. Nothing is changed then.
    pub fn commit(&self, command: &Command, channel: Channel) -> Result<Done, SessionError> {
        self.commit_once(command, channel, None)
    }

    /// Does a command if `seen` is still the revision of that person's record. The refusal then names who changed it
    /// (`name.<operator>` for each who did).
    ///
    /// # Errors
    /// As [`Session::commit`]; `stale`.
    pub fn commit_on(
        &self,
        command: &Command,
        channel: Channel,
        seen: Option<(PersonId, u64)>,
    ) -> Result<Done, SessionError> {
        let done = self.commit_with(command, channel, None, seen);
        match (done, seen) {
            (Err(SessionError::Refused(mut refusal)), Some((person, _))) if refusal.kind == RefusalKind::Stale => {
                let names = self.read(|s| {
                    let by: Vec<String> = s.history(person.into())?.into_iter().map(|e| e.public.operator).collect();
                    Ok(s.operators()?.into_iter().filter(|o| by.contains(&o.id)).collect::<Vec<_>>())
                });
                // The refusal stands without the names.
                for operator in names.unwrap_or_default() {
                    refusal.values.insert(format!("name.{}", operator.id), operator.name);
                }
                Err(SessionError::Refused(refusal))
            }
            (done, _) => done,
        }
    }

    /// Does a command once: a retry with the same `request_id` gets the first answer.
    ///
    /// # Errors
    /// As [`Session::commit`]; `request_id_reused` when the id belongs to another command.
    pub fn commit_once(
        &self,
        command: &Command,
        channel: Channel,
        request_id: Option<&str>,
    ) -> Result<Done, SessionError> {
        self.commit_with(command, channel, request_id, None)
    }

    fn commit_with(
        &self,
        command: &Command,
        channel: Channel,
        request_id: Option<&str>,
        seen: Option<(PersonId, u64)>,
    ) -> Result<Done, SessionError> {
        let digest = request_id.map(|_| digest(std::slice::from_ref(command)));
        let mut decision = Decision::default();
        let stamp = self.stamp(channel, request_id);
        let outcome = self.store.transact(&stamp, |view| {
            let who = self.who(view)?;
            if let Some((person, based_on)) = seen {
                let revision = view.person(person).map_err(Refusal::from)?.map_or(0, |p| p.revision);
                if revision != based_on {
                    let stale = Refusal::stale("stale").with("id", person).with("based_on", based_on);
                    return Err(stale.with("revision", revision).into());
                }
            }
            let cx = decide::Context { packs: &self.packs, who: &who, today: self.today() };
            let decided = decide::decide(view, &cx, command)?;
            if decided.changes.is_empty() {
                return Err(Stop::Nothing(decided));
            }
            let answer = digest.as_ref().map(|d| answer(d, std::slice::from_ref(&decided)));
            let Decision { changes, ids, warnings } = decided;
            let changes = changes.iter().map(Packed::new).collect();
            decision = Decision { changes: Vec::new(), ids, warnings };
            let undoes = command.undoes();
            let note = why(std::slice::from_ref(command));
            Ok(Work { verb: command.verb().to_owned(), changes, answer, undoes, note, ..Work::default() })
        })?;
        match outcome {
            Outcome::Committed(c) => {
                let Decision { ids, warnings, .. } = decision;
                Ok(Done { ids, seq: c.seq, warnings, ..Done::default() })
            }
            Outcome::Refused(Stop::Refused(refusal)) => Err(refusal.into()),
            Outcome::Refused(Stop::Nothing(d)) => {
                Ok(Done { ids: d.ids, seq: self.head()?, warnings: d.warnings, nothing: true, ..Done::default() })
            }
            Outcome::Replayed(r) => {
                self.read(|_| Ok(()))?;
                let (given, mut done) = read_answer(r.answer.as_ref());
                if given != digest {
                    return Err(Refusal::input("request_id_reused").with("id", request_id.unwrap_or("")).into());
                }
                let mut first = done.pop().unwrap_or_default();
                first.seq = r.seq;
                Ok(first)
            }
        }
    }

    /// Does all the commands in one transaction, or none: the index of the first refused one comes with its refusal. With
    /// `seen` nothing is done unless that entry is still the newest one.
    ///
    /// # Errors
    /// As [`Session::commit`], with the index of the command; `head_moved`.
    pub fn commit_all(
        &self,
        commands: &[Command],
        channel: Channel,
        request_id: Option<&str>,
        seen: Option<u64>,
    ) -> Result<Vec<Done>, (Option<usize>, SessionError)> {
        let digest = request_id.map(|_| digest(commands));
        let mut decisions: Vec<Decision> = Vec::new();
        let mut at = None;
        let stamp = Stamp { expect_head: seen, ..self.stamp(channel, request_id) };
        let outcome = self.store.transact(&stamp, |view| {
            let who = self.who(view)?;
            let cx = decide::Context { packs: &self.packs, who: &who, today: self.today() };
            let mut batch = decide::Overlay::new(view);
            for (i, command) in commands.iter().enumerate() {
                // Its entry names the one entry it takes back, so it has an entry of its own.
                if commands.len() > 1 && command.undoes().is_some() {
                    at = Some(i);
                    return Err(Refusal::rule("undo_alone").into());
                }
                let mut decision = decide::decide(&batch, &cx, command).inspect_err(|_| at = Some(i))?;
                batch.absorb(std::mem::take(&mut decision.changes));
                decisions.push(decision);
            }
            let changes = batch.into_changes();
            if changes.is_empty() {
                return Err(Stop::Nothing(Decision::default()));
            }
            let verb = match commands {
                [one] => one.verb().to_owned(),
                [first, ..] if channel == Channel::Bundle => first.verb().to_owned(),
                _ => "apply".to_owned(),
            };
            let undoes = commands.first().and_then(Command::undoes);
            let answer = digest.as_ref().map(|d| answer(d, &decisions));
            Ok(Work { verb, changes, answer, undoes, note: why(commands), ..Work::default() })
        });
        let fail = |e: SessionError| (at, e);
        let done = |decisions: Vec<Decision>, seq: u64| {
            let one = |d: Decision| Done { ids: d.ids, seq, warnings: d.warnings, ..Done::default() };
            decisions.into_iter().map(one).collect()
        };
        match outcome.map_err(|e| fail(e.into()))? {
            Outcome::Committed(c) => Ok(done(decisions, c.seq)),
            Outcome::Refused(Stop::Refused(refusal)) => Err(fail(refusal.into())),
            Outcome::Refused(Stop::Nothing(_)) => {
                let seq = self.head().map_err(|e| (None, e))?;
                Ok(done(decisions, seq))
            }
            Outcome::Replayed(r) => {
                self.read(|_| Ok(())).map_err(|e| (None, e))?;
                let (given, mut first) = read_answer(r.answer.as_ref());
                if given != digest {
                    let refusal = Refusal::input("request_id_reused").with("id", request_id.unwrap_or(""));
                    return Err((None, refusal.into()));
                }
                for done in &mut first {
                    done.seq = r.seq;
                }
                Ok(first)
            }
        }
    }

    /// Who asks, as the register has it now: a right taken away or a disabled operator counts at the next commit.
    pub(super) fn who(&self, view: &dyn View) -> Result<Who, Refusal> {
        let id = &self.operator().id;
        match view.operator(id)? {
            Some(o) if !o.disabled => Ok(Who::from(&o)),
            _ => Err(Refusal::permission("operator_gone").with("id", id)),
        }
    }

    pub(super) fn stamp(&self, channel: Channel, request_id: Option<&str>) -> Stamp {
        Stamp {
            actor: Actor { operator: self.operator().id.clone(), channel },
            at: clock::stamp(),
            today: self.today(),
            // Each operator has ids of his own: nobody is told what another asked for, or kept from asking.
            request_id: request_id.map(|id| format!("{}\n{id}", self.operator().id)),
            expect_head: None,
        }
    }
}

/// The reasons that no record keeps.
fn why(commands: &[Command]) -> Note {
    let all: Vec<&str> = commands.iter().filter_map(Command::reason_apart).collect();
    Note { reason: all.join("\n"), ..Note::default() }
}

/// Tells one request from another under the same id; not a protection against anybody (FNV-1a).
fn digest(commands: &[Command]) -> String {
    let text = serde_json::to_string(commands).unwrap_or_default();
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}

fn answer(digest: &str, decisions: &[Decision]) -> Value {
    let done: Vec<Value> = decisions
        .iter()
        .map(|d| {
            let warnings: Vec<Value> =
                d.warnings.iter().map(|w| json!({ "code": w.code, "values": w.values })).collect();
            json!({ "ids": d.ids, "warnings": warnings })
        })
        .collect();
    json!({ "digest": digest, "done": done })
}

fn read_answer(answer: Option<&Value>) -> (Option<String>, Vec<Done>) {
    let digest = answer.and_then(|a| a.get("digest")).and_then(Value::as_str).map(str::to_owned);
    let texts = |v: Option<&Value>| -> Vec<String> {
        v.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let warning = |v: &Value| Warning {
        code: v.get("code").and_then(Value::as_str).unwrap_or_default().to_owned(),
        values: v.get("values").and_then(|v| serde_json::from_value::<Values>(v.clone()).ok()).unwrap_or_default(),
    };
    let done = answer.and_then(|a| a.get("done")).and_then(Value::as_array).into_iter().flatten();
    let done = done.map(|d| Done {
        nothing: false,
        ids: texts(d.get("ids")),
        seq: 0,
        warnings: d.get("warnings").and_then(Value::as_array).into_iter().flatten().map(warning).collect(),
        replayed: true,
    });
    (digest, done.collect())
}
