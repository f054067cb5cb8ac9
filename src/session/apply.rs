//! Commands from lines of JSON, as `shoumi apply` reads them.

use std::io::{BufRead, Read};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::answer::sentence;
use super::once::{Once, TWICE};
use super::{Done, Session, SessionError, refusal_exit_code};
use crate::decide::Refusal;
use crate::domain::{Channel, Command};
use crate::i18n::Texts;

/// The longest line read, in bytes.
const LONGEST: u64 = 1 << 20;

/// One line of JSON.
struct Line {
    number: usize,
    request: Result<(Command, Option<String>), Refusal>,
}

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineResult {
    /// The line, from 1.
    pub line: usize,
    /// Done.
    pub ok: bool,
    /// The command's name, where it could be read.
    pub verb: Option<String>,
    /// Ids of what was made or changed.
    pub ids: Vec<String>,
    /// The journal entry.
    pub seq: Option<u64>,
    /// What deserves a look.
    pub warnings: Vec<WarningAnswer>,
    /// A retry of an earlier request: nothing was done now.
    pub replayed: bool,
    /// Why it was refused.
    pub refusal: Option<RefusalAnswer>,
    /// The exit code this line asks for.
    #[serde(skip)]
    pub exit_code: u8,
}

/// Why a command was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RefusalAnswer {
    /// Stable code.
    pub code: String,
    /// The sentence.
    pub text: String,
    /// The way out.
    pub hint: Option<String>,
    /// Rule pack whose rule refuses.
    pub pack: Option<String>,
    /// Its article.
    pub article: Option<String>,
    /// Values in the sentence.
    pub facts: crate::rules::Values,
    /// The verdict behind it.
    pub verdict: Option<super::answer::VerdictAnswer>,
}

/// A remark on something done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct WarningAnswer {
    /// Stable code.
    pub code: String,
    /// The sentence.
    pub text: String,
}

impl RefusalAnswer {
    /// The refusal with its sentences.
    pub fn of(r: &Refusal, texts: Texts) -> Self {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        let hint = format!("{}_hint", r.code);
        let has_hint = texts.get(&format!("refusal.{hint}")).is_some();
        Self {
            code: r.code.to_owned(),
            text: sentence(texts, "refusal", r.code, &r.values),
            hint: has_hint.then(|| sentence(texts, "refusal", &hint, &r.values)),
            pack: some(&r.pack),
            article: some(&r.article),
            facts: r.values.clone(),
            verdict: r.verdict.as_ref().map(|v| super::answer::VerdictAnswer::of(v, texts)),
        }
    }

    /// A failure of the store or the input as a refusal of this line.
    pub(super) fn of_error(e: &crate::error::Error, texts: Texts) -> Self {
        let values: crate::rules::Values = e.values.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect();
        let hint = format!("{}_hint", e.code);
        let has_hint = texts.get(&format!("error.{hint}")).is_some();
        Self {
            code: e.code.to_owned(),
            text: sentence(texts, "error", e.code, &values),
            hint: has_hint.then(|| sentence(texts, "error", &hint, &values)),
            pack: None,
            article: None,
            facts: values,
            verdict: None,
        }
    }
}

impl LineResult {
    fn done(line: usize, verb: &str, done: &Done, texts: Texts) -> Self {
        let warning = |w: &crate::decide::Warning| WarningAnswer {
            code: w.code.clone(),
            text: sentence(texts, "warning", &w.code, &w.values),
        };
        Self {
            line,
            ok: true,
            verb: Some(verb.to_owned()),
            ids: done.ids.clone(),
            seq: Some(done.seq),
            warnings: done.warnings.iter().map(warning).collect(),
            replayed: done.replayed,
            refusal: None,
            exit_code: 0,
        }
    }

    fn refused(line: usize, verb: Option<&str>, e: &SessionError, texts: Texts) -> Self {
        let (refusal, exit_code) = match e {
            SessionError::Refused(r) => (RefusalAnswer::of(r, texts), refusal_exit_code(r)),
            SessionError::Error(e) => (RefusalAnswer::of_error(e, texts), e.kind.exit_code()),
        };
        Self {
            line,
            ok: false,
            verb: verb.map(str::to_owned),
            ids: Vec::new(),
            seq: None,
            warnings: Vec::new(),
            replayed: false,
            refusal: Some(refusal),
            exit_code,
        }
    }
}

/// Lines of JSON on their way into the register, one result a line, each durable before it is given.
pub struct Lines<'a, R> {
    session: &'a Session,
    input: R,
    number: usize,
    stopped: bool,
}

impl Session {
    /// Carries out lines of JSON one by one. A line that is refused stops nothing; a store that cannot be used does.
    pub fn apply<R: BufRead>(&self, input: R) -> Lines<'_, R> {
        Lines { session: self, input, number: 0, stopped: false }
    }

    /// Carries out all the lines in one transaction, or none.
    pub fn apply_atomic(&self, input: impl BufRead) -> Vec<LineResult> {
        let texts = self.texts();
        let mut reader = Lines { session: self, input, number: 0, stopped: false };
        let mut lines = Vec::new();
        while let Some(line) = reader.read() {
            lines.push(line);
        }
        let not_applied = |line: &Line| {
            let verb = line.request.as_ref().ok().map(|(c, _)| c.verb());
            LineResult::refused(line.number, verb, &Refusal::rule("not_applied").into(), texts)
        };
        let wrong = lines.iter().any(|l| l.request.is_err());
        if wrong {
            let one = |line: &Line| match &line.request {
                Ok(_) => not_applied(line),
                Err(r) => LineResult::refused(line.number, None, &r.clone().into(), texts),
            };
            return lines.iter().map(one).collect();
        }
        let commands: Vec<Command> =
            lines.iter().filter_map(|l| l.request.as_ref().ok()).map(|(c, _)| c.clone()).collect();
        let ids: Vec<&str> =
            lines.iter().filter_map(|l| l.request.as_ref().ok()).filter_map(|(_, id)| id.as_deref()).collect();
        if commands.is_empty() {
            return Vec::new();
        }
        let request_id = (!ids.is_empty()).then(|| ids.join("\n"));
        match self.commit_all(&commands, Channel::Cli, request_id.as_deref(), None) {
            Ok(done) => {
                let all = lines.iter().zip(&commands).zip(&done);
                all.map(|((line, command), done)| LineResult::done(line.number, command.verb(), done, texts)).collect()
            }
            Err((at, e)) => {
                let one = |(i, line): (usize, &Line)| match at {
                    Some(at) if i != at => not_applied(line),
                    _ => {
                        let verb = line.request.as_ref().ok().map(|(c, _)| c.verb());
                        LineResult::refused(line.number, verb, &e, texts)
                    }
                };
                lines.iter().enumerate().map(one).collect()
            }
        }
    }
}

impl<R: BufRead> Lines<'_, R> {
    /// The next line that is not blank.
    fn read(&mut self) -> Option<Line> {
        loop {
            let mut bytes = Vec::new();
            self.number += 1;
            let number = self.number;
            let read = self.input.by_ref().take(LONGEST + 1).read_until(b'\n', &mut bytes);
            let wrong = |refusal: Refusal| Some(Line { number, request: Err(refusal) });
            match read {
                Ok(0) => return None,
                Err(e) => {
                    self.stopped = true;
                    return wrong(Refusal::input("line_unreadable").with("line", number).with("reason", e.kind()));
                }
                Ok(_) if bytes.len() as u64 > LONGEST => {
                    self.skip_line();
                    return wrong(Refusal::input("line_too_long").with("line", number).with("most", LONGEST));
                }
                Ok(_) => {}
            }
            let Ok(text) = String::from_utf8(bytes) else {
                return wrong(Refusal::input("line_not_utf8").with("line", number));
            };
            let text = text.trim_start_matches('\u{feff}').trim();
            if !text.is_empty() {
                return Some(Line { number, request: parse(text, number) });
            }
        }
    }

    /// Skips the rest of a line that is too long.
    fn skip_line(&mut self) {
        loop {
            let (skip, done) = match self.input.fill_buf() {
                Ok([]) | Err(_) => return,
                Ok(buffer) => match buffer.iter().position(|b| *b == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (buffer.len(), false),
                },
            };
            self.input.consume(skip);
            if done {
                return;
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<'_, R> {
    type Item = LineResult;

    fn next(&mut self) -> Option<LineResult> {
        if self.stopped {
            return None;
        }
        let line = self.read()?;
        let texts = self.session.texts();
        let result = match line.request {
            Err(r) => LineResult::refused(line.number, None, &r.into(), texts),
            Ok((command, id)) => match self.session.commit_once(&command, Channel::Cli, id.as_deref()) {
                Ok(done) => LineResult::done(line.number, command.verb(), &done, texts),
                Err(e) => LineResult::refused(line.number, Some(command.verb()), &e, texts),
            },
        };
        // A store that cannot be used will not take the next line either.
        self.stopped |= result.exit_code == 3;
        Some(result)
    }
}

/// Reads a command and its request id.
fn parse(text: &str, line: usize) -> Result<(Command, Option<String>), Refusal> {
    let mut object: Map<String, Value> = serde_json::from_str(text).map_err(|e| {
        let reason = e.to_string();
        let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(before, _)| before);
        Refusal::input("json_syntax").with("line", line).with("column", e.column().max(1)).with("reason", reason)
    })?;
    if let Err(e) = serde_json::from_str::<Once>(text)
        && let Some(word) = e.to_string().strip_prefix(TWICE).and_then(|said| said.split('`').nth(1))
    {
        return Err(Refusal::input("json_twice")
            .with("line", line)
            .with("column", e.column().max(1))
            .with("word", word));
    }
    let at =
        |word: &str| text.find(&format!("\"{word}\"")).map_or(1, |b| text.get(..b).unwrap_or("").chars().count() + 1);
    let id = match object.remove("request_id") {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) if !id.is_empty() && id.len() <= 200 => Some(id),
        Some(_) => return Err(Refusal::input("request_id_wrong").with("line", line).with("column", at("request_id"))),
    };
    if !object.contains_key("command") {
        return Err(Refusal::input("json_no_command").with("line", line).with("column", 1));
    }
    match serde_json::from_value(Value::Object(object)) {
        Ok(command) => Ok((command, id)),
        Err(e) => {
            let message = e.to_string();
            let word = message.split('`').nth(1).unwrap_or("").to_owned();
            let code = match &message {
                m if m.starts_with("unknown field") => "json_unknown_field",
                m if m.starts_with("missing field") => "json_missing_field",
                m if m.starts_with("unknown variant") => "json_unknown_value",
                _ => "json_wrong_value",
            };
            let expected = message.split_once("expected ").map_or(message.as_str(), |(_, e)| e);
            let expected = expected.trim_start_matches("one of ").replace('`', "");
            let refusal = Refusal::input(code).with("line", line).with("column", at(&word)).with("word", word);
            Err(refusal.with("expected", expected))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_json_is_named_with_its_place() {
        for (text, code, column) in [
            ("{\"command\":", "json_syntax", "11"),
            ("[]", "json_syntax", "1"),
            ("{\"x\":1}", "json_no_command", "1"),
            (r#"{"command":"fly"}"#, "json_unknown_value", "12"),
            (r#"{"command":"add_person","name":"x","colour":1}"#, "json_unknown_field", "36"),
            (r#"{"command":"close_period","person":"P000001"}"#, "json_missing_field", "1"),
            (r#"{"command":"add_person","name":"x","name":"y"}"#, "json_twice", "41"),
            (r#"{"command":"add_person","request_id":"a","request_id":"b"}"#, "json_twice", "53"),
            (r#"{"command":"add_person","name":"x","parts":[{"n":1,"n":2}]}"#, "json_twice", "54"),
            (r#"{"command":"close_period","person":"P1","departure":1,"request_id":5}"#, "request_id_wrong", "55"),
        ] {
            let refusal = parse(text, 7).unwrap_err();
            assert_eq!(refusal.code, code, "{text}");
            assert_eq!(refusal.values["line"], "7");
            assert_eq!(refusal.values["column"], column, "{text}");
        }
        let (command, id) =
            parse(r#"{"command":"close_period","person":"P1","departure":1,"request_id":"a"}"#, 1).unwrap();
        assert_eq!((command.verb(), id.as_deref()), ("close_period", Some("a")));
    }
}
