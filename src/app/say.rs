//! What the driver itself says: failures as sentences, the page of a keymap's problems.

use crate::error::Error;
use crate::i18n::Texts;
use crate::keys::Problem;

/// Something the register could not do, as a sentence with the way out.
pub fn sentence(texts: Texts, error: &Error) -> String {
    let values = error.values.iter().map(|(k, v)| ((*k).to_owned(), texts.system(v))).collect();
    let mut sentence = texts.say("error", error.code, &values);
    let hint = format!("{}_hint", error.code);
    if texts.get(&format!("error.{hint}")).is_some() {
        sentence.push(' ');
        sentence.push_str(&texts.say("error", &hint, &values));
    }
    sentence
}

/// A page with all problems of a keymap, place, reason and way out each.
pub(super) fn problem_lines(problems: &[Problem], texts: Texts) -> Vec<String> {
    let mut lines = vec![texts.fill("shell.keymap_problems", &[("count", problems.len().to_string())]), String::new()];
    for problem in problems {
        let [place, reason, way_out] = texts.keymap_problem(problem);
        lines.extend([place, format!("  {reason}"), format!("  {way_out}")]);
    }
    lines.push(String::new());
    lines.push(texts.t("shell.any_key"));
    lines
}
