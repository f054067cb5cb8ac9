//! What a body voted: the counts have to fit the members present, and only a body that meets has them.

use super::{Refusal, Warning, short};
use crate::domain::person::Votes;
use crate::domain::{Opinion, StepCode};

/// More members than any committee has.
const MOST: usize = 200;

/// The votes as they are recorded. No text says which majority a body needs, so that a decision against the counts is
/// pointed out and not refused.
pub(super) fn of_step(
    step: StepCode,
    opinion: Opinion,
    votes: Option<&Votes>,
) -> Result<(Option<Votes>, Vec<Warning>), Refusal> {
    let Some(votes) = votes else { return Ok((None, Vec::new())) };
    if !step.of_meeting() {
        return Err(Refusal::rule("votes_elsewhere").with("step", step.code()));
    }
    let mut present: Vec<String> = Vec::new();
    for name in votes.present.iter().take(MOST + 1) {
        let name = short("present", name)?;
        if !name.is_empty() && !present.contains(&name) {
            present.push(name);
        }
    }
    if present.is_empty() {
        return Err(Refusal::input("field_empty").with("field", "present"));
    }
    if present.len() > MOST {
        return Err(Refusal::input("members_too_many").with("most", MOST));
    }
    let given = votes.total();
    if given == 0 {
        return Err(Refusal::input("votes_empty"));
    }
    if given > present.len() as u64 {
        return Err(Refusal::input("votes_too_many").with("votes", given).with("members", present.len()));
    }
    let carried = votes.favour > votes.against;
    let warnings = if carried == (opinion == Opinion::Agree) {
        Vec::new()
    } else {
        vec![Warning::new("votes_otherwise").with("for", votes.favour).with("against", votes.against)]
    };
    Ok((Some(Votes { present, ..votes.clone() }), warnings))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(favour: u32, against: u32, abstain: u32, present: &[&str]) -> Votes {
        Votes { favour, against, abstain, present: present.iter().map(|p| (*p).to_owned()).collect() }
    }

    #[test]
    fn counts_fit_the_members_and_the_step() {
        const FIVE: [&str; 5] = ["a", "b", "c", "d", "e"];
        use Opinion::{Agree, Disagree};
        use StepCode::{Committee, DepartmentLeader, Leader, Pledge};
        let all = &FIVE;
        for (step, opinion, given, want) in [
            (Committee, Agree, votes(5, 0, 0, all), Ok(0)),
            (Leader, Agree, votes(3, 2, 0, all), Ok(0)),
            (Committee, Disagree, votes(1, 4, 0, all), Ok(0)),
            (Committee, Disagree, votes(2, 2, 1, all), Ok(0)),
            (Committee, Agree, votes(2, 2, 1, all), Ok(1)),
            (Committee, Agree, votes(1, 4, 0, all), Ok(1)),
            (Committee, Disagree, votes(4, 1, 0, all), Ok(1)),
            (Committee, Agree, votes(1, 0, 0, &["a", " a ", ""]), Ok(0)),
            (Committee, Agree, votes(5, 1, 0, all), Err("votes_too_many")),
            (Committee, Agree, votes(2, 0, 0, &["a", "a"]), Err("votes_too_many")),
            (Committee, Agree, votes(u32::MAX, u32::MAX, u32::MAX, all), Err("votes_too_many")),
            (Committee, Agree, votes(0, 0, 0, all), Err("votes_empty")),
            (Committee, Agree, votes(1, 0, 0, &[]), Err("field_empty")),
            (Committee, Agree, votes(1, 0, 0, &[" "]), Err("field_empty")),
            (DepartmentLeader, Agree, votes(1, 0, 0, all), Err("votes_elsewhere")),
            (Pledge, Agree, votes(1, 0, 0, all), Err("votes_elsewhere")),
        ] {
            let got = of_step(step, opinion, Some(&given));
            let got = got.map(|(_, warnings)| warnings.len()).map_err(|r| r.code);
            assert_eq!(got, want, "{step:?} {opinion:?} {given:?}");
        }
        assert_eq!(of_step(Pledge, Agree, None).unwrap(), (None, Vec::new()));
        let many: Vec<String> = (0..300).map(|n| n.to_string()).collect();
        let many = Votes { favour: 1, present: many, ..votes(1, 0, 0, &[]) };
        assert_eq!(of_step(Committee, Agree, Some(&many)).unwrap_err().code, "members_too_many");
    }
}
