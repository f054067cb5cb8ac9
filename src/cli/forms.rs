//! `form`: papers to be printed and signed.

use serde::Serialize;

use super::args::{FormArg, FormArgs};
use super::failure::Result;
use super::{Cx, id};
use crate::domain::ids::parse_part;
use crate::domain::inspection::Subject;
use crate::error::{Error, Kind};
use crate::exchange::FormKind;
use crate::i18n::Lang;
use crate::session::FormRequest;

impl From<FormArg> for FormKind {
    fn from(kind: FormArg) -> Self {
        match kind {
            FormArg::DepartureApproval => Self::DepartureApproval,
            FormArg::LeavingPledge => Self::LeavingPledge,
            FormArg::ReturnList => Self::ReturnList,
            FormArg::TravelApproval => Self::TravelApproval,
            FormArg::SignIn => Self::SignIn,
            FormArg::ComputerList => Self::ComputerList,
            FormArg::InspectionRecord => Self::InspectionRecord,
            FormArg::RectificationNotice => Self::Notice,
            FormArg::Minutes => Self::Minutes,
        }
    }
}

/// What `form` answers.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub struct FormAnswer {
    /// Which form.
    pub form: String,
    /// The file written.
    pub file: String,
}

/// `form KIND --out FILE.docx`. The papers are Chinese, as the office's papers are, unless English is asked for by `--lang`.
pub fn form(cx: &mut Cx, args: &FormArgs, lang: Option<&str>) -> Result {
    let kind = FormKind::from(args.kind);
    let (mut person, mut part) = (None, None);
    if let Some(text) = &args.person {
        person = Some(id(text, "P000123")?);
    }
    if let Some(text) = &args.case {
        let letter = if kind == FormKind::TravelApproval { 'T' } else { 'L' };
        let (of, n) = parse_part(text, letter).ok_or_else(|| {
            let value: String = text.chars().take(40).collect();
            let example = if letter == 'T' { "P000123-T1" } else { "P000123-L1" };
            Error::new(Kind::Input, "id_wrong").with("value", value).with("example", example)
        })?;
        (person, part) = (Some(of), Some(n));
    }
    let inspection = args.inspection.as_deref().map(|text| id(text, "I000003")).transpose()?;
    let request = FormRequest {
        kind,
        inspection,
        subject: args.subject.as_deref().map(Subject::new),
        failures: args.failures,
        person,
        part,
        on: args.on,
        query: args.query.clone().unwrap_or_default(),
        mark: args.mark.clone(),
        reveal: args.reveal.clone(),
        copy: args.copy,
        lang: if lang == Some(Lang::En.code()) { Lang::En } else { Lang::ZhCn },
    };
    cx.open()?.print_form(&request, &args.out)?;
    let file = args.out.display().to_string();
    if cx.out.json {
        cx.out.document(&FormAnswer { form: kind.code().to_owned(), file })?;
    } else {
        cx.out.line(&cx.texts().fill("cli.form_written", &[("file", file)]))?;
    }
    Ok(0)
}
