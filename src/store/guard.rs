//! A damaged file can make the database library panic. Here such a panic becomes an error, and prints nothing: the
//! terminal may be in use, and no data may reach it that way.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use super::StoreError;

thread_local! {
    static SILENT: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Puts a hook in front of the present one that says nothing while this folder's code runs. A program that sets a hook
/// of its own later asks [`silenced`] in it.
fn install() {
    HOOK.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !silenced() {
                previous(info);
            }
        }));
    });
}

/// Whether a panic on this thread is about to become an error of the store and is not to be printed.
pub fn silenced() -> bool {
    SILENT.with(Cell::get)
}

/// Runs `f`; a panic in it reads as damage at `place`.
pub(super) fn guarded<T>(place: &str, f: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch(f).unwrap_or_else(|_| Err(StoreError::damaged(format!("{place}: file structure"))))
}

/// Runs `f` silently and hands a panic back.
fn catch<T>(f: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    install();
    let before = SILENT.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(f));
    SILENT.set(before);
    result
}

/// Drops what may panic while it is dropped.
pub(super) fn drop_quietly<T>(value: T) {
    let _ = catch(move || drop(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_damage_and_the_flag_is_restored() {
        let result: Result<(), _> = guarded("row", || panic!("this is not printed"));
        assert!(result.unwrap_err().is_damage());
        assert!(!silenced());
        let nested = guarded("outer", || guarded("inner", || Ok::<_, StoreError>(silenced())));
        assert_eq!(nested, Ok(true));
        assert!(!silenced());
    }
}
