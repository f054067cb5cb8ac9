//! Signals, on a thread of their own. The main thread may be blocked in a write on a stalled terminal: then this thread
//! saves and ends the program by itself.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGXFSZ};
use signal_hook::iterator::Signals;

use crate::app::register::LastDraft;

/// How long the main thread has to end the program after a signal.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Lets a write past the limit of a file's size fail, as one on a full disk does. Unasked, the system ends the program
/// there, and leaves the terminal as it is.
pub fn survive_file_limits() {
    // Where it cannot be had, the program ends as the system wants it.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
}

/// What the signals said; read by the main thread whenever it wakes.
#[derive(Debug, Default)]
pub struct Flags {
    resized: AtomicBool,
    woken: AtomicBool,
    stop: AtomicBool,
    deadly: AtomicI32,
}

impl Flags {
    /// The size changed.
    pub fn take_resized(&self) -> bool {
        self.resized.swap(false, Ordering::SeqCst)
    }

    /// The process was stopped and goes on.
    pub fn take_woken(&self) -> bool {
        self.woken.swap(false, Ordering::SeqCst)
    }

    /// Somebody asks to stop for a while.
    pub fn take_stop(&self) -> bool {
        self.stop.swap(false, Ordering::SeqCst)
    }

    /// The number of a signal that ends the program.
    pub fn deadly(&self) -> Option<i32> {
        Some(self.deadly.load(Ordering::SeqCst)).filter(|s| *s != 0)
    }
}

/// What is called at the end, with the last draft.
type Save = dyn Fn(LastDraft) + Send + Sync;

/// The last draft as far as anybody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Remembered {
    Untouched,
    Gone,
    Text(String),
}

/// How far the saving is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Saved {
    No,
    UnderWay,
    Yes,
}

/// Saves what is being written, once, by whichever thread comes first.
pub struct Rescue {
    draft: Mutex<Remembered>,
    saved: Mutex<Saved>,
    changed: Condvar,
    save: Box<Save>,
}

impl Rescue {
    /// `save` is called once, at the end, with the last draft.
    pub fn new(save: impl Fn(LastDraft) + Send + Sync + 'static) -> Self {
        Self {
            draft: Mutex::new(Remembered::Untouched),
            saved: Mutex::new(Saved::No),
            changed: Condvar::new(),
            save: Box::new(save),
        }
    }

    /// Remembers what is being written, or that nothing is any more.
    pub fn remember(&self, draft: Option<String>) {
        if let Ok(mut kept) = self.draft.lock() {
            *kept = draft.map_or(Remembered::Gone, Remembered::Text);
        }
    }

    /// Saves, unless somebody does or has.
    fn save(&self) {
        match self.saved.lock() {
            Ok(mut saved) if *saved == Saved::No => *saved = Saved::UnderWay,
            _ => return,
        }
        let draft = self.draft.lock().map_or(Remembered::Untouched, |d| d.clone());
        let draft = match &draft {
            Remembered::Untouched => LastDraft::Untouched,
            Remembered::Gone => LastDraft::Gone,
            Remembered::Text(text) => LastDraft::Text(text),
        };
        // A fault while saving must not keep the program from ending.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (self.save)(draft)));
        if let Ok(mut saved) = self.saved.lock() {
            *saved = Saved::Yes;
        }
        self.changed.notify_all();
    }

    /// Saves, or waits until the other thread has; not for ever, since a disk may hang.
    pub fn finish(&self) {
        self.save();
        self.wait(PATIENCE);
    }

    /// Waits until somebody has saved; `false` when nobody has in time.
    fn wait(&self, time: Duration) -> bool {
        let Ok(saved) = self.saved.lock() else { return false };
        let waited = self.changed.wait_timeout_while(saved, time, |saved| *saved != Saved::Yes);
        waited.is_ok_and(|(saved, _)| *saved == Saved::Yes)
    }
}

/// Starts the thread. Each signal sets its flag and sends `wake`; after a deadly one the main thread has 1.5 seconds to
/// save, then this thread does it and ends the program with 128 + the signal's number.
///
/// # Errors
/// The handlers could not be set.
pub fn watch<M: Send + 'static>(
    flags: Arc<Flags>,
    wake: SyncSender<M>,
    message: impl Fn() -> M + Send + 'static,
    rescue: Arc<Rescue>,
) -> io::Result<()> {
    let mut signals = Signals::new([SIGHUP, SIGTERM, SIGINT, SIGWINCH, SIGTSTP, SIGCONT])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            match signal {
                SIGWINCH => flags.resized.store(true, Ordering::SeqCst),
                SIGCONT => flags.woken.store(true, Ordering::SeqCst),
                SIGTSTP => flags.stop.store(true, Ordering::SeqCst),
                deadly => flags.deadly.store(deadly, Ordering::SeqCst),
            }
            // A full channel means that the main thread is about to wake anyway, or never will.
            if let Err(TrySendError::Disconnected(_)) = wake.try_send(message()) {
                return;
            }
            if let Some(deadly) = flags.deadly() {
                if !rescue.wait(PATIENCE) {
                    rescue.save();
                    super::give_back_stalled();
                    std::process::exit(128 + deadly);
                }
                return;
            }
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_saved_once_whoever_comes_first() {
        let saved = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&saved);
        let rescue = Rescue::new(move |draft| into.lock().unwrap().push(format!("{draft:?}")));
        rescue.remember(Some("a".into()));
        rescue.remember(Some("ab".into()));
        assert!(!rescue.wait(Duration::ZERO));
        rescue.finish();
        rescue.finish();
        assert!(rescue.wait(Duration::ZERO));
        assert_eq!(*saved.lock().unwrap(), ["Text(\"ab\")"]);
    }

    #[test]
    fn a_fault_while_saving_does_not_keep_the_program() {
        let rescue = Rescue::new(|_| panic!("disk"));
        rescue.finish();
        assert!(rescue.wait(Duration::ZERO));
    }
}
