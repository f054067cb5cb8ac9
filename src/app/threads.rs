//! The threads around the loop: one reads the terminal, one watches the register and the day, one does what takes time.

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Duration;

use super::register::{Register, Snapshot};
use super::shell::Job;
use crate::clock;
use crate::domain::Date;
use crate::error::Error;
use crate::screens::Input;
use crate::session::{Kept, SessionError};

/// How often the register is asked whether it moved.
const WATCH: Duration = Duration::from_millis(250);

/// What the loop hears.
#[derive(Debug)]
pub enum Message {
    /// Bytes from the terminal.
    Bytes(Vec<u8>),
    /// The terminal is gone.
    Gone,
    /// A signal set its flag.
    Wake,
    /// A job is done.
    Done(Job, Result<Input, SessionError>),
    /// The register moved.
    Fresh(Snapshot),
    /// So many people are loaded.
    Loaded(u64),
    /// Everything is loaded.
    Rest(Snapshot),
    /// It could not be.
    NotRead(Error),
    /// The register does not answer.
    Trouble(Error),
    /// The day turned; with it, everything as it stands on the new day.
    Day(Date, Box<Snapshot>),
    /// The draft could not be kept.
    NotKept(Error),
}

fn start(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// Reads the terminal by blocking reads: nothing is polled, and the end of the terminal is an ordinary answer. The
/// channel is bounded, so a flood waits in the kernel.
///
/// # Errors
/// The thread could not be started; the same holds below.
pub fn read_input(sender: SyncSender<Message>) -> std::io::Result<()> {
    start("input", move || {
        let mut buffer = [0_u8; 4096];
        let mut stdin = std::io::stdin().lock();
        loop {
            match stdin.read(&mut buffer) {
                Ok(n @ 1..) => {
                    let bytes = buffer.get(..n).unwrap_or_default().to_vec();
                    if sender.send(Message::Bytes(bytes)).is_err() {
                        return;
                    }
                }
                Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                Ok(_) | Err(_) => {
                    let _ = sender.send(Message::Gone);
                    return;
                }
            }
        }
    })
}

/// Reads what the first frame went without, if anything, and leaves the register as the next start wants it.
///
/// # Errors
/// See [`read_input`].
pub fn read_rest(register: Arc<dyn Register>, loading: bool, sender: SyncSender<Message>) -> std::io::Result<()> {
    start("load", move || {
        if loading {
            let mut told = |people| {
                let _ = sender.send(Message::Loaded(people));
            };
            let read = register.rest(&mut told);
            let _ = sender.send(read.map_or_else(Message::NotRead, Message::Rest));
        }
        register.tidy();
    })
}

/// Asks the register four times a second whether it moved, and the clock whether the day turned.
///
/// # Errors
/// See [`read_input`].
pub fn watch_register(
    register: Arc<dyn Register>,
    head: Arc<AtomicU64>,
    mut today: Date,
    sender: SyncSender<Message>,
) -> std::io::Result<()> {
    start("watch", move || {
        let mut trouble = None;
        loop {
            std::thread::sleep(WATCH);
            let seen = head.load(Ordering::SeqCst);
            let now = clock::today();
            let turned = now != today;
            // After trouble the whole state is taken again, which also tells the screens that it is over; and when the
            // day turns, since nothing in it was counted for the new day.
            let whole = turned || trouble.is_some();
            let asked = if whole { register.snapshot().map(Some) } else { register.poll(seen) };
            let message = match asked {
                Ok(snapshot) => {
                    trouble = None;
                    today = now;
                    snapshot.map(|s| if turned { Message::Day(now, Box::new(s)) } else { Message::Fresh(s) })
                }
                Err(error) if trouble.as_ref() == Some(&error) => None,
                Err(error) => {
                    trouble = Some(error.clone());
                    Some(Message::Trouble(error))
                }
            };
            if message.is_some_and(|m| sender.send(m).is_err()) {
                return;
            }
        }
    })
}

/// Does the jobs one after the other; after a commit the screens get the new state first.
///
/// # Errors
/// See [`read_input`].
pub fn work(
    register: Arc<dyn Register>,
    head: Arc<AtomicU64>,
    jobs: Receiver<Job>,
    sender: SyncSender<Message>,
) -> std::io::Result<()> {
    start("work", move || {
        for job in jobs {
            let result = job.perform(&*register);
            if matches!(job, Job::Commit(..))
                && result.is_ok()
                && let Ok(Some(snapshot)) = register.poll(head.load(Ordering::SeqCst))
                && sender.send(Message::Fresh(snapshot)).is_err()
            {
                return;
            }
            if sender.send(Message::Done(job, result)).is_err() {
                return;
            }
        }
    })
}

/// Keeps the drafts that come, the newest of those that wait; says once when that no longer works.
///
/// # Errors
/// See [`read_input`].
pub fn keep_drafts(
    register: Arc<dyn Register>,
    drafts: Receiver<Option<String>>,
    sender: SyncSender<Message>,
) -> std::io::Result<()> {
    start("drafts", move || {
        let mut trouble = None;
        while let Ok(mut draft) = drafts.recv() {
            while let Ok(newer) = drafts.try_recv() {
                draft = newer;
            }
            let kept = register.keep(Kept::Draft, draft.as_deref()).err();
            if let Some(error) = kept.clone().filter(|e| trouble.as_ref() != Some(e))
                && sender.send(Message::NotKept(error)).is_err()
            {
                return;
            }
            trouble = kept;
        }
    })
}
