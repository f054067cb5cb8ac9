//! `schema`: JSON Schema of the commands and of every `--json` answer.

use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::failure::Result;
use super::{Cx, benchmark, data, forms, inspect, lists, operators, records, rules, stores};
use crate::domain::Command;
use crate::session::LineResult;
use crate::session::answer::{CardAnswer, ListAnswer, PersonAnswer, VerdictAnswer};

/// `schema`: always JSON.
pub fn schema(cx: &mut Cx) -> Result {
    cx.out.document(&document())?;
    Ok(0)
}

fn document() -> Value {
    // Answers are what is written: a key is there whenever the answer is.
    let mut answers = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut commands = SchemaSettings::draft2020_12().into_generator();
    let command = one(commands.root_schema_for::<Command>());
    let mut out = Map::new();
    macro_rules! answer {
        ($($name:literal => $type:ty),* $(,)?) => {
            $(out.insert($name.to_owned(), root::<$type>(&mut answers));)*
        };
    }
    answer!(
        "person" => PersonAnswer,
        "verdict" => VerdictAnswer,
        "list" => ListAnswer,
        "find" => ListAnswer,
        "show person" => CardAnswer,
        "show computer" => records::ComputerAnswer,
        "show inspection" => crate::session::answer::InspectionAnswer,
        "template list" => inspect::TemplateList,
        "template show" => inspect::TemplateAnswer,
        "template check" => inspect::TemplateAnswer,
        "template add" => rules::DoneAnswer,
        "template profiles" => benchmark::ProfileList,
        "template from" => benchmark::DraftAnswer,
        "check" => VerdictAnswer,
        "check --all-packs" => records::SideBySide,
        "due" => lists::DueAnswer,
        "period" => rules::PeriodCalculation,
        "pack list" => rules::PackList,
        "pack show" => rules::PackAnswer,
        "unit show" => rules::UnitsAnswer,
        "unit set" => rules::DoneAnswer,
        "import" => data::ImportAnswer,
        "export" => data::ExportAnswer,
        "form" => forms::FormAnswer,
        "evidence add" => crate::session::EvidenceAnswer,
        "probe" => crate::exchange::Probe,
        "checklist out" => crate::session::ListOut,
        "checklist in" => crate::session::ListIn,
        "bundle out" => crate::session::BundleAnswer,
        "bundle open" => crate::session::BundleAnswer,
        "bundle return" => crate::session::BundleAnswer,
        "bundle merge" => crate::session::MergeReport,
        "apply" => LineResult,
        "operator add" => rules::DoneAnswer,
        "operator grant" => rules::DoneAnswer,
        "operator disable" => rules::DoneAnswer,
        "operator enable" => rules::DoneAnswer,
        "operator list" => operators::OperatorList,
        "operator key" => operators::KeyAnswer,
        "init" => stores::InitAnswer,
        "demo" => stores::InitAnswer,
        "backup" => stores::PathAnswer,
        "restore" => stores::PathAnswer,
        "verify" => stores::VerifyAnswer,
        "key list" => crate::session::KeyAnswer,
        "key passphrase" => crate::session::KeyAnswer,
        "key file" => crate::session::KeyAnswer,
        "key recovery" => crate::session::KeyAnswer,
        "key drop" => crate::session::KeyAnswer,
        "doctor" => stores::DoctorAnswer,
    );
    json!({
        "commands": command,
        "request_id": { "type": "string", "description": "Beside a command's own keys in a line of apply: a retry with the same id gets the first answer.", "minLength": 1, "maxLength": 200 },
        "answers": out,
    })
}

fn root<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    one(generator.root_schema_for::<T>())
}

fn one(schema: schemars::Schema) -> Value {
    schema.to_value()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_have_the_documented_keys_and_all_are_required() {
        let schema = document();
        let required = |name: &str| -> Vec<String> {
            let list = schema["answers"][name]["required"].as_array().unwrap();
            list.iter().map(|v| v.as_str().unwrap().to_owned()).collect()
        };
        for (name, keys) in [
            ("list", "view today query total rows"),
            ("person", "id name unit department level state post period training travel flags"),
            ("verdict", "subject person on packs outcome reasons missing"),
            ("show person", "id name unit department level state post period training travel flags"),
        ] {
            for key in keys.split(' ') {
                assert!(required(name).contains(&key.to_owned()), "{name}: {key} in {:?}", required(name));
            }
        }
        let period = &schema["answers"]["person"]["$defs"]["PeriodAnswer"]["required"];
        for key in
            "pack start start_rule months last_day days_left earliest latest article stated_last_day assumed blocked_by"
                .split(' ')
        {
            assert!(period.as_array().unwrap().iter().any(|k| k == key), "{key}");
        }
        assert!(schema["commands"]["oneOf"].as_array().unwrap().len() >= 28);
    }
}
