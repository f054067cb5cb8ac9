//! From files to a keymap: a built-in base, a user's file over it, and every mistake reported.

use super::Keymap;
use super::action::{Action, Scope};
use super::check::{Problem, ProblemKind, nearest};
use super::key::Sequence;
use super::trie::Clash;

/// The keymaps of the program, by name. Each is complete.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("default", include_str!("../../keymaps/default.toml")),
    ("vim", include_str!("../../keymaps/vim.toml")),
    ("function-keys", include_str!("../../keymaps/function-keys.toml")),
];

/// A commented example of a user's file.
pub const EXAMPLE: &str = include_str!("../../keymaps/example-user.toml");

/// Without a key for these nobody would get out of a field, a box, a screen or the program.
const WAYS_OUT: &[Action] = &[Action::Quit, Action::Back, Action::Cancel, Action::Leave, Action::Close];

/// One sequence as a file gives it.
#[derive(Clone)]
struct Binding {
    action: Action,
    sequence: Sequence,
}

/// What a file says: the base it asks for, the sequences, the actions that are to have none.
#[derive(Default)]
struct File {
    base: Option<String>,
    bindings: Vec<Binding>,
    unbound: Vec<Action>,
}

/// Loads the built-in keymap `base`, with a user's file (its name, its text) over it. Mistakes never stop the program:
/// what is wrong is left out and reported, all of it.
pub fn load(base: &str, user: Option<(&str, &str)>) -> (Keymap, Vec<Problem>) {
    let mut problems = Vec::new();
    let (user_name, user_file) = match user {
        Some((name, text)) => (name, read(name, text, &mut problems)),
        None => ("", File::default()),
    };
    let wanted = user_file.base.as_deref().unwrap_or(base);
    let built_in = |name: &str| BUILT_IN.iter().find(|(n, _)| *n == name);
    let (base_name, base_text) = match built_in(wanted) {
        Some(found) => *found,
        None => {
            let near = nearest(wanted, BUILT_IN.iter().map(|(n, _)| *n));
            problems.push(problem(user_name, "", "base", wanted, ProblemKind::UnknownBase(near)));
            built_in("default").copied().unwrap_or(("default", ""))
        }
    };
    let base_file = read(base_name, base_text, &mut problems);
    let files = [(user_name, &user_file), (base_name, &base_file)];
    let (mut map, mut from_base, mut clashes) = laid(files, &[]);
    let shut: Vec<Action> = WAYS_OUT.iter().copied().filter(|a| map.keys(*a).is_empty()).collect();
    if !shut.is_empty() {
        (map, from_base, clashes) = laid(files, &shut);
        for action in shut {
            let key = map.shown(action).unwrap_or_default();
            problems.push(problem(user_name, action.scope().name(), action.name(), &key, ProblemKind::WayOut));
        }
    }
    problems.append(&mut clashes);
    for (action, sequences) in &map.keys {
        if sequences.iter().all(|s| s.0.iter().any(|k| k.alt)) {
            let file = if from_base.contains(action) { base_name } else { user_name };
            let key = sequences.first().map(ToString::to_string).unwrap_or_default();
            problems.push(problem(file, action.scope().name(), action.name(), &key, ProblemKind::OnlyAlt));
        }
    }
    (map, problems)
}

/// Lays the user's file over the base; `first` keep the base's keys whatever the user's file says. The actions whose keys
/// are the base's come back too, and what clashed.
fn laid(files: [(&str, &File); 2], first: &[Action]) -> (Keymap, Vec<Action>, Vec<Problem>) {
    let [(user_name, user), (base_name, base)] = files;
    let (mut map, mut clashes) = (Keymap::default(), Vec::new());
    let mut from_base: Vec<Action> = first.to_vec();
    for binding in base.bindings.iter().filter(|b| first.contains(&b.action)) {
        put(&mut map, binding.clone(), base_name, None, &mut clashes);
    }
    for binding in user.bindings.iter().filter(|b| !first.contains(&b.action)) {
        put(&mut map, binding.clone(), user_name, None, &mut clashes);
    }
    // A line of the user's replaces the base's line, unless nothing in it was good.
    let left = |b: &&Binding| map.keys(b.action).is_empty() && !user.unbound.contains(&b.action);
    let rest: Vec<Binding> = base.bindings.iter().filter(left).cloned().collect();
    from_base.extend(rest.iter().map(|b| b.action));
    for binding in rest {
        put(&mut map, binding, base_name, (!user_name.is_empty()).then_some(user_name), &mut clashes);
    }
    (map, from_base, clashes)
}

fn problem(file: &str, table: &str, action: &str, key: &str, kind: ProblemKind) -> Problem {
    Problem { file: file.into(), table: table.into(), action: action.into(), key: key.into(), kind }
}

/// Puts a sequence in, or says what stands in its way. `over` names the user's file when the binding is the base's.
fn put(map: &mut Keymap, binding: Binding, file: &str, over: Option<&str>, problems: &mut Vec<Problem>) {
    let Binding { action, sequence } = binding;
    let clash = match map.scopes.entry(action.scope()).or_default().insert(&sequence, action) {
        Ok(()) => {
            map.keys.entry(action).or_default().push(sequence);
            return;
        }
        Err(clash) => clash,
    };
    // The binding put in earlier stays. When it is the user's and this one the base's, the user's line is the one to look at.
    let stays = match &clash {
        Clash::Same(other) | Clash::Prefix(other, _) => *other,
    };
    let user = over.filter(|_| map.keys(action).iter().all(|s| *s != sequence));
    let (file, at, other, key, longer) = match (user, &clash) {
        (Some(user), Clash::Same(_)) => (user, stays, action, sequence.clone(), None),
        (Some(user), Clash::Prefix(_, theirs)) => (user, stays, action, theirs.clone(), Some(sequence.clone())),
        (None, Clash::Same(_)) => (file, action, stays, sequence.clone(), None),
        (None, Clash::Prefix(_, theirs)) => (file, action, stays, sequence.clone(), Some(theirs.clone())),
    };
    let (other, loses) = (other.to_string(), user.is_some());
    let kind = match longer {
        None => ProblemKind::Taken { other, loses },
        Some(longer) => ProblemKind::Prefix { other, sequence: longer.to_string(), loses },
    };
    problems.push(problem(file, at.scope().name(), at.name(), &key.to_string(), kind));
}

/// Reads a file; what is wrong in it is reported and left out.
fn read(name: &str, text: &str, problems: &mut Vec<Problem>) -> File {
    let mut file = File::default();
    let tables = match text.trim_start_matches('\u{feff}').parse::<toml::Table>() {
        Ok(tables) => tables,
        Err(error) => {
            let line = 1 + error.span().and_then(|s| text.get(..s.start)).map_or(0, |t| t.matches('\n').count());
            let message = error.message().to_owned();
            problems.push(problem(name, "", "", "", ProblemKind::Syntax { line, message }));
            return file;
        }
    };
    for (table, value) in &tables {
        if let ("base", toml::Value::String(base)) = (table.as_str(), value) {
            file.base = Some(base.clone());
            continue;
        }
        let (Some(scope), toml::Value::Table(lines)) = (Scope::find(table), value) else {
            let near = nearest(table, Scope::ALL.iter().map(|s| s.name()).chain(["base"]));
            let near = near.filter(|n| n != table);
            problems.push(problem(name, table, "", "", ProblemKind::UnknownScope(near)));
            continue;
        };
        for (line, value) in lines {
            let Some(action) = Action::find(scope, line) else {
                let near = nearest(line, scope.actions().map(Action::name));
                problems.push(problem(name, table, line, "", ProblemKind::UnknownAction(near)));
                continue;
            };
            let keys = key_texts(value);
            if keys.is_empty() {
                file.unbound.push(action);
            }
            for key in keys {
                let wrong = match key.map(|k| (k, k.parse::<Sequence>())) {
                    Some((_, Ok(sequence))) if !writes_text(scope, &sequence) => {
                        file.bindings.push(Binding { action, sequence });
                        continue;
                    }
                    Some((key, Ok(_))) => (key, ProblemKind::WritesText),
                    Some((key, Err(error))) => (key, ProblemKind::BadKey(error)),
                    None => ("", ProblemKind::NotKeys),
                };
                problems.push(problem(name, table, line, wrong.0, wrong.1));
            }
        }
    }
    file
}

/// The key texts of a line; `None` for anything else that stands there.
fn key_texts(value: &toml::Value) -> Vec<Option<&str>> {
    match value {
        toml::Value::Array(items) => items.iter().map(toml::Value::as_str).collect(),
        other => vec![other.as_str()],
    }
}

/// In a text field, a key that writes a character is text and cannot begin anything else.
fn writes_text(scope: Scope, sequence: &Sequence) -> bool {
    scope == Scope::Text && sequence.0.first().is_some_and(|k| k.text().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::Lookup;

    fn report(user: &str) -> Vec<String> {
        load("default", Some(("my.toml", user))).1.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_built_in_keymap_is_complete_and_clean() {
        for (name, _) in BUILT_IN {
            let (map, problems) = load(name, None);
            assert_eq!(problems, [], "{name}");
            for action in Action::ALL {
                assert!(!map.keys(*action).is_empty(), "{name}: {action} has no key");
                for sequence in map.keys(*action) {
                    assert_eq!(
                        map.lookup(&[action.scope()], &sequence.0),
                        Lookup::Matched(*action),
                        "{name} {sequence}"
                    );
                }
            }
        }
        assert_eq!(load("default", Some(("example-user.toml", EXAMPLE))).1, []);
    }

    #[test]
    fn a_user_overrides_single_actions() {
        let (map, problems) =
            load("default", Some(("my.toml", "[list]\nfilter = [\"f f\", \"查\"]\nmark_none = []\n")));
        assert_eq!(problems, []);
        assert_eq!(map.shown(Action::Filter).as_deref(), Some("f f"));
        assert_eq!(map.lookup(&[Scope::List], &"/".parse::<Sequence>().unwrap().0), Lookup::NotFound);
        assert_eq!(map.lookup(&[Scope::List], &"查".parse::<Sequence>().unwrap().0), Lookup::Matched(Action::Filter));
        assert_eq!(map.keys(Action::MarkNone), []);
        assert_eq!(map.shown(Action::Open).as_deref(), Some("enter"));
        let (map, problems) = load("default", Some(("my.toml", "base = \"vim\"\n")));
        assert_eq!(problems, []);
        assert_eq!(map, load("vim", None).0);
    }

    #[test]
    fn all_mistakes_of_a_file_are_reported_together_and_the_rest_works() {
        let user = r#"
            base = "vmi"
            [lst]
            up = ["k"]
            [list]
            fliter = ["f"]
            explode = ["x"]
            open = ["entr", "o", "ctrl-i"]
            mark = 7
            mark_all = ["o"]
            sort_next = ["o o"]
            first = ["/"]
            [text]
            home = ["h"]
            [global]
            redraw = ["alt-l"]
        "#;
        let (map, problems) = load("default", Some(("my.toml", user)));
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let expected = [
            "my.toml [list] explode = \"\": unknown_action",
            "my.toml [list] fliter = \"\": unknown_action near=filter",
            "my.toml [list] mark = \"\": not_keys",
            "my.toml [list] open = \"entr\": key_unknown near=enter",
            "my.toml [list] open = \"ctrl-i\": key_same_as near=tab",
            "my.toml [lst]  = \"\": unknown_scope near=list",
            "my.toml [text] home = \"h\": writes_text",
            "my.toml [] base = \"vmi\": unknown_base near=vim",
            "my.toml [list] open = \"o\": taken other=list.mark_all",
            "my.toml [list] sort_next = \"o o\": prefix other=list.mark_all sequence=o",
            "my.toml [list] first = \"/\": taken_over other=list.filter",
            "my.toml [global] redraw = \"alt-l\": only_alt",
        ];
        assert_eq!(lines, expected);
        assert_eq!(map.shown(Action::MarkAll).as_deref(), Some("o"));
        assert_eq!(map.shown(Action::First).as_deref(), Some("/"));
        let kept = "a line without a good key leaves the base's keys";
        assert_eq!(map.shown(Action::Open).as_deref(), Some("enter"), "{kept}");
        assert_eq!(map.shown(Action::CaretHome).as_deref(), Some("home"), "{kept}");
    }

    #[test]
    fn no_file_shuts_the_way_out() {
        for user in [
            "[global]\nquit = []\nback = []\n[text]\ncancel = []\n[form]\nleave = []\n[popup]\nclose = []\n",
            "[global]\nhelp = [\"q\", \"ctrl-q\", \"esc\"]\n[text]\naccept = [\"esc\"]\n",
        ] {
            let (map, problems) = load("default", Some(("my.toml", user)));
            for action in WAYS_OUT {
                for sequence in map.keys(*action) {
                    assert_eq!(map.lookup(&[action.scope()], &sequence.0), Lookup::Matched(*action));
                }
                assert!(!map.keys(*action).is_empty(), "{action}: {user}");
            }
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            assert!(lines.contains(&"my.toml [global] quit = \"q\": way_out".to_owned()), "{lines:?}");
        }
        assert_eq!(report("[global]\nquit = [\"f9\"]\nhelp = [\"q\", \"ctrl-q\"]\n"), [""; 0]);
    }

    #[test]
    fn a_file_that_is_no_toml_is_left_aside() {
        let lines = report("[list]\nopen = [\n");
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("my.toml []  = \"\": syntax line="), "{lines:?}");
    }
}
