//! What is wrong with a keymap file, in words.

use super::Texts;
use crate::keys::Problem;

impl Texts {
    /// Place, reason and way out of a problem, a line each.
    pub fn keymap_problem(self, problem: &Problem) -> [String; 3] {
        let values = problem.values();
        let place: Vec<String> =
            self.fill("keymap.place", &values).split_whitespace().filter(|p| *p != "[]").map(str::to_owned).collect();
        [place.join(" "), self.fill(&problem.sentence_key(), &values), self.fill(&problem.hint_key(), &values)]
    }
}
