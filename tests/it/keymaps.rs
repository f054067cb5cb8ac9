//! The keymap files: those that ship, and one file for each mistake with its exact report in both languages.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use shoumi::i18n::{Lang, Texts};
use shoumi::keys::{Action, BUILT_IN, EXAMPLE, Lookup, Scope, load};

fn folder(name: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let files = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    files.map(|f| (f.file_name().unwrap().to_string_lossy().into_owned(), fs::read_to_string(f).unwrap())).collect()
}

#[test]
fn every_file_that_ships_is_built_in_and_clean() {
    let files = folder("keymaps");
    let mut known: Vec<(String, &str)> = BUILT_IN.iter().map(|(n, t)| (format!("{n}.toml"), *t)).collect();
    known.push(("example-user.toml".into(), EXAMPLE));
    known.sort();
    let files: Vec<(String, &str)> = files.iter().map(|(n, t)| (n.clone(), t.as_str())).collect();
    assert_eq!(files, known);
    for (name, _) in BUILT_IN {
        assert_eq!(load(name, None).1, [], "{name}");
    }
    assert_eq!(load("default", Some(("example-user.toml", EXAMPLE))).1, []);
}

#[test]
fn every_action_can_be_struck_in_every_keymap_where_it_is_heard() {
    // The scopes as the screens listen: what an earlier one takes, a later one never hears.
    let stacks: &[&[Scope]] = &[
        &[Scope::List, Scope::Global],
        &[Scope::Inspections, Scope::List, Scope::Global],
        &[Scope::Meeting, Scope::List, Scope::Global],
        &[Scope::Person, Scope::Global],
        &[Scope::Checklist, Scope::Global],
        &[Scope::Popup, Scope::Global],
        &[Scope::Text, Scope::List],
        &[Scope::Text, Scope::Popup],
        &[Scope::Text, Scope::Form],
        &[Scope::Form],
        &[Scope::Saved, Scope::Popup],
        &[Scope::Text, Scope::Popup],
        &[Scope::Conflict, Scope::Popup],
    ];
    for (name, _) in BUILT_IN {
        let (map, _) = load(name, None);
        for action in Action::ALL {
            let reached = stacks
                .iter()
                .filter(|s| s.contains(&action.scope()))
                .any(|scopes| map.keys(*action).iter().any(|s| map.lookup(scopes, &s.0) == Lookup::Matched(*action)));
            assert!(reached, "{name}: {action} is hidden by other scopes");
        }
    }
}

#[test]
fn no_command_needs_alt() {
    for (name, _) in BUILT_IN {
        let (map, _) = load(name, None);
        for action in Action::ALL {
            let plain = map.keys(*action).iter().any(|s| s.0.iter().all(|k| !k.alt));
            assert!(plain, "{name}: {action} can be reached by Alt only");
        }
    }
}

#[test]
fn each_mistake_has_its_report() {
    let mut out = Vec::new();
    for (name, text) in folder("tests/bad_keymaps") {
        let (map, problems) = load("default", Some((&name, &text)));
        assert!(!problems.is_empty(), "{name} should be wrong");
        for lang in Lang::ALL {
            for problem in &problems {
                let [place, reason, way_out] = Texts::new(lang).keymap_problem(problem);
                out.extend([place, format!("    {reason}"), format!("    {way_out}")]);
            }
        }
        out.push(String::new());
        // Whatever is wrong, the program can still be left and helped.
        for action in [Action::Quit, Action::Help, Action::Palette, Action::Back] {
            assert!(!map.keys(action).is_empty(), "{name}: {action}");
        }
    }
    insta::assert_snapshot!(out.join("\n"));
}
