//! `template profiles`, `template from`: a scanner's benchmark, or another program's checklist, becomes a checklist.

use std::path::{Path, PathBuf};

use serde::Serialize;

use super::Cx;
use super::failure::Result;
use super::inspect::{TemplateRow, row};
use super::lists::table;
use crate::domain::{Channel, Command};
use crate::error::{Error, Kind};
use crate::exchange::{Benchmark, Wanted, draft_template, new_file, read_catalogues, shown};
use crate::rules;

/// What `template profiles` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ProfileList {
    /// How many.
    pub total: usize,
    /// Each benchmark of the file without a profile, then its profiles.
    pub rows: Vec<ProfileRow>,
}

/// A choice among the rules of a benchmark.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct ProfileRow {
    /// Id of the benchmark.
    pub benchmark: String,
    /// Its version.
    pub version: String,
    /// Id of the profile; null for the benchmark's own choice.
    pub profile: Option<String>,
    /// Title.
    pub title: String,
    /// How many rules it chooses.
    pub items: usize,
}

/// What `template from` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct DraftAnswer {
    /// The checklist.
    #[serde(flatten)]
    pub template: TemplateRow,
    /// Id of the benchmark it comes from.
    pub benchmark: String,
    /// Id of the profile.
    pub profile: Option<String>,
    /// How many rules the benchmark has.
    pub rules: usize,
    /// How many texts were too long and were cut.
    pub cut_texts: usize,
    /// How many clauses were left out.
    pub cut_references: usize,
    /// The file written.
    pub file: Option<String>,
    /// Its record, where it was kept.
    pub ids: Vec<String>,
    /// Its text (TOML).
    pub text: String,
}

/// What is asked of `template from`.
pub struct Asked<'a> {
    pub file: &'a Path,
    pub benchmark: Option<&'a str>,
    pub profile: Option<&'a str>,
    pub all: bool,
    pub id: Option<&'a str>,
    pub out: Option<&'a PathBuf>,
    pub add: bool,
}

/// `template profiles FILE`.
pub fn profiles(cx: &mut Cx, file: &Path) -> Result {
    let mut rows = Vec::new();
    for b in read_catalogues(&cx.settings.incoming(file)?, None)? {
        let one = |profile: Option<&str>, title: &str| ProfileRow {
            benchmark: b.id.clone(),
            version: b.version.clone(),
            profile: profile.map(str::to_owned),
            title: title.to_owned(),
            items: b.chosen(profile).map_or(0, |c| c.len()),
        };
        rows.push(one(None, &b.title));
        rows.extend(b.profiles.iter().map(|p| one(Some(&p.id), &p.title)));
    }
    if cx.out.json {
        cx.out.document(&ProfileList { total: rows.len(), rows })?;
        return Ok(0);
    }
    let mut list = table(&["profile", "items", "title", "benchmark", "version"], cx.texts());
    for r in &rows {
        let profile = r.profile.as_deref().map_or("-", |p| p.rsplit_once("_profile_").map_or(p, |(_, end)| end));
        list.row(&[profile, &r.items.to_string(), &r.title, &r.benchmark, &r.version]);
    }
    cx.out.table(&list)?;
    Ok(0)
}

/// The benchmark that is meant.
fn choose(mut all: Vec<Benchmark>, asked: Option<&str>) -> Result<Benchmark> {
    let known: Vec<String> = all.iter().take(20).map(|b| shown(&b.id)).collect();
    let at = match asked {
        Some(id) => {
            all.iter().position(|b| b.id == id || b.id.rsplit_once("_benchmark_").is_some_and(|(_, e)| e == id))
        }
        None => (all.len() == 1).then_some(0),
    };
    match at {
        Some(at) => Ok(all.swap_remove(at)),
        None => {
            let error = Error::new(Kind::Input, "xccdf_which").with("known", known.join(", "));
            Err(error.with("benchmark", asked.unwrap_or("-")).into())
        }
    }
}

/// `template from FILE`: to standard output, to a file, or into the register.
pub fn from(cx: &mut Cx, asked: &Asked) -> Result {
    let benchmark = choose(read_catalogues(&cx.settings.incoming(asked.file)?, asked.profile)?, asked.benchmark)?;
    let out = asked.out.map(|out| cx.settings.outgoing(out)).transpose()?;
    let wanted = match asked.profile {
        Some(profile) => Wanted::Profile(profile),
        None if asked.all => Wanted::All,
        None => Wanted::Selected,
    };
    let drafted = draft_template(&benchmark, wanted, asked.id)?;
    let template = rules::read_template("template", &drafted.text).map_err(|problems| {
        let first = problems.into_iter().next();
        let why = first.map(|p| format!("{} {} {}", p.place, p.code, p.value)).unwrap_or_default();
        Error::new(Kind::Input, "xccdf_template").with("why", why)
    })?;
    if let Some(out) = out.as_ref().filter(|out| std::fs::symlink_metadata(out).is_ok()) {
        return Err(Error::new(Kind::Input, "file_exists").with("path", out.display()).into());
    }
    let mut ids = Vec::new();
    if asked.add {
        ids = cx.open()?.commit(&Command::AddTemplate { text: drafted.text.clone() }, Channel::Cli)?.ids;
    }
    if let Some(out) = &out {
        new_file(out, drafted.text.as_bytes(), cx.settings.readers())?;
    }
    let texts = cx.texts();
    let values = [
        ("id", template.id.clone()),
        ("version", template.version.clone()),
        ("items", drafted.items.to_string()),
        ("rules", drafted.rules.to_string()),
        ("file", asked.out.map(|o| o.display().to_string()).unwrap_or_default()),
        ("texts", drafted.cut_texts.to_string()),
        ("references", drafted.cut_references.to_string()),
    ];
    if !cx.out.json {
        let said = match (asked.add, asked.out) {
            (true, _) => Some("cli.template.kept"),
            (false, Some(_)) => Some("cli.template.written"),
            (false, None) => None,
        };
        match said {
            Some(key) => cx.out.line(&texts.fill(key, &values))?,
            None => cx.out.line(drafted.text.trim_end())?,
        }
        if drafted.cut_texts + drafted.cut_references > 0 {
            cx.out.note(&texts.fill("cli.template.cut", &values));
        }
        return Ok(0);
    }
    cx.out.document(&DraftAnswer {
        template: row(&template, asked.add, texts.lang().code()),
        benchmark: drafted.benchmark,
        profile: drafted.profile,
        rules: drafted.rules,
        cut_texts: drafted.cut_texts,
        cut_references: drafted.cut_references,
        file: asked.out.map(|o| o.display().to_string()),
        ids,
        text: drafted.text,
    })?;
    Ok(0)
}
