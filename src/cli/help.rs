//! clap's help and complaints in the chosen language.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory};

use super::args::Cli;
use crate::i18n::Texts;

/// The command tree with its texts.
pub fn command(texts: Texts) -> Command {
    // Built first, so that the global options are in every command when the texts are put in.
    let mut root = Cli::command();
    root.build();
    localize(root, "", texts).disable_colored_help(true)
}

/// Puts the texts of one command and of those below it. `path` is empty for the program itself.
fn localize(command: Command, path: &str, texts: Texts) -> Command {
    let key = if path.is_empty() { "shoumi" } else { path };
    let about = texts.get(&format!("cli.about.{key}")).unwrap_or_default();
    let names: Vec<String> = command.get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let options = texts.get("cli.heading.options").unwrap_or_default();
    let values = texts.get("cli.heading.values").unwrap_or_default();
    let common = texts.get("cli.heading.common").unwrap_or_default();
    let template = format!(
        "{{about}}\n\n{} {{usage}}\n\n{{all-args}}{{after-help}}\n",
        texts.get("cli.heading.usage").unwrap_or_default()
    );
    let mut command = command
        .about(about)
        .help_template(template)
        .subcommand_help_heading(texts.get("cli.heading.commands").unwrap_or_default())
        .subcommand_value_name(texts.get("cli.heading.command_value").unwrap_or_default())
        .mut_args(|arg| {
            let id = arg.get_id().as_str().to_owned();
            let help = texts.get(&format!("cli.arg.{key}_{id}")).or_else(|| texts.get(&format!("cli.arg.{id}")));
            let heading = match (arg.is_positional(), arg.is_global_set() && !path.is_empty()) {
                (true, _) => values,
                (_, true) => common,
                _ => options,
            };
            let arg = arg.help(help.unwrap_or_default()).help_heading(heading);
            arg.hide_possible_values(true).hide_default_value(true)
        });
    if path.is_empty() {
        command = command.after_help(texts.t("cli.after_help"));
    }
    for name in names {
        let below = if path.is_empty() { name.clone() } else { format!("{path}_{name}") };
        command = command.mut_subcommand(&name, |c| localize(c, &below, texts));
    }
    command
}

/// A complaint of clap's as a sentence with its way out; `None` for help and version, which are answers.
pub fn complaint(error: &clap::Error, texts: Texts) -> Option<String> {
    let get = |kind: ContextKind| error.get(kind).map(shown).unwrap_or_default();
    let mut values = vec![
        ("arg", get(ContextKind::InvalidArg)),
        ("value", get(ContextKind::InvalidValue)),
        ("valid", get(ContextKind::ValidValue)),
        ("prior", get(ContextKind::PriorArg)),
    ];
    let code = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return None,
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => "invalid_value",
        ErrorKind::UnknownArgument => "unknown_argument",
        ErrorKind::InvalidSubcommand => {
            values.push(("command", get(ContextKind::InvalidSubcommand)));
            "invalid_subcommand"
        }
        ErrorKind::MissingRequiredArgument => "missing_argument",
        ErrorKind::ArgumentConflict => "conflict",
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => "missing_subcommand",
        ErrorKind::InvalidUtf8 => "invalid_utf8",
        _ => "wrong_use",
    };
    if code == "invalid_value" {
        let expected = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
        let expected = expected_words(&expected, texts);
        let valid = get(ContextKind::ValidValue);
        let expected = if valid.is_empty() { expected } else { valid };
        let any = expected.is_empty();
        values.push(("expected", expected));
        if get(ContextKind::InvalidValue).is_empty() {
            let key = if any { "cli.usage.value_missing_any" } else { "cli.usage.value_missing" };
            return Some(texts.fill(key, &values));
        }
    }
    let mut text = texts.fill(&format!("cli.usage.{code}"), &values);
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    let suggested: Vec<String> = suggested.into_iter().map(get).filter(|s| !s.is_empty()).collect();
    if !suggested.is_empty() {
        text.push('\n');
        text.push_str(&texts.fill("cli.usage.suggested", &[("suggested", suggested.join(", "))]));
    }
    Some(text)
}

/// What a value parser of ours expects, as words; of clap's own, as it is.
fn expected_words(expected: &str, texts: Texts) -> String {
    let mut parts = expected.split(' ');
    let (code, least, most) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    match code {
        "number" => {
            let values = [("least", least.unwrap_or_default()), ("most", most.unwrap_or_default())];
            texts.fill("cli.usage.expect_number", &values)
        }
        "day" => texts.t("cli.usage.expect_day"),
        "span" => texts.t("cli.usage.expect_span"),
        _ => expected.to_owned(),
    }
}

fn shown(value: &ContextValue) -> String {
    match value {
        ContextValue::String(s) => s.clone(),
        ContextValue::Strings(many) => many.join(", "),
        ContextValue::Bool(b) => b.to_string(),
        ContextValue::Number(n) => n.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn check(command: &Command) {
        let shown = |hidden: bool, text: String, what: &str| {
            assert!(hidden || !text.is_empty(), "{what} of {} has no text", command.get_name());
        };
        shown(command.is_hide_set(), command.get_about().map(ToString::to_string).unwrap_or_default(), "the command");
        for arg in command.get_arguments() {
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            shown(arg.is_hide_set() || command.is_hide_set(), help, arg.get_id().as_str());
        }
        for sub in command.get_subcommands() {
            check(sub);
        }
    }

    #[test]
    fn every_command_and_option_has_a_text_in_both_languages() {
        for lang in Lang::ALL {
            check(&command(Texts::new(lang)));
        }
    }

    #[test]
    fn help_has_no_word_of_the_other_language() {
        let mut zh = command(Texts::new(Lang::ZhCn));
        let text = zh.render_help().to_string();
        for word in ["Usage", "Options", "Commands", "Print help", "[default", "[possible"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}
