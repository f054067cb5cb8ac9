//! A text field under the keys: what each caret action does to it.

use crate::keys::Action;
use crate::screens::Input;
use crate::ui::field::{Edit, Field};

/// The edit a caret action stands for.
const fn edit(action: Action) -> Option<Edit> {
    Some(match action {
        Action::CaretLeft => Edit::Left,
        Action::CaretRight => Edit::Right,
        Action::WordLeft => Edit::WordLeft,
        Action::WordRight => Edit::WordRight,
        Action::CaretHome => Edit::Home,
        Action::CaretEnd => Edit::End,
        Action::Backspace => Edit::Backspace,
        Action::Delete => Edit::Delete,
        Action::DeleteWord => Edit::DeleteWord,
        Action::ClearText => Edit::Clear,
        _ => return None,
    })
}

/// Edits a field by an input; whether its text changed, or `None` if the input is none of its business.
pub fn edit_field(field: &mut Field, input: &Input) -> Option<bool> {
    match input {
        Input::Typed(c) => {
            field.insert(c.encode_utf8(&mut [0; 4]));
            Some(true)
        }
        Input::Paste(text) => {
            field.insert(text.trim());
            Some(true)
        }
        Input::Action(action) => edit(*action).map(|e| field.edit(e)),
        _ => None,
    }
}
