//! The real terminal: taking it, and giving it back on every way out. Everything Unix-only is below this folder.

pub mod signals;

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::termios::{QueueSelector, tcflush, tcgetwinsize};

/// Whether the terminal is ours now.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether it is written to in lines, so that nothing but text may ever be sent.
static LINES: AtomicBool = AtomicBool::new(false);

/// The other screen, bracketed paste. Besides the cursor's visibility (25) no other private mode is ever sent.
const TAKE: &str = "\x1b[?1049h\x1b[?2004h";
/// Plain attributes, no bracketed paste, the shell's own screen, a visible cursor.
const GIVE: &str = "\x1b[m\x1b[?2004l\x1b[?1049l\x1b[?25h";

/// Standard output without a lock or a buffer of the process, so that a writer that is stuck on a stalled terminal
/// keeps nobody else out.
///
/// # Errors
/// No more file descriptors.
pub fn writer() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Whether both ends are a terminal.
pub fn present() -> bool {
    use std::io::IsTerminal;
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Columns and rows.
///
/// # Errors
/// Standard output is no terminal, or it is gone.
pub fn size() -> io::Result<(u16, u16)> {
    let size = tcgetwinsize(io::stdout())?;
    // Serial lines and some emulators do not know their size.
    Ok(if size.ws_col == 0 || size.ws_row == 0 { (80, 24) } else { (size.ws_col, size.ws_row) })
}

/// Takes the terminal: raw mode, the other screen. May be called again after another program had it.
///
/// # Errors
/// The terminal is gone.
pub fn take() -> io::Result<()> {
    raw()?;
    writer()?.write_all(TAKE.as_bytes())
}

/// Takes the terminal for lines of text: raw mode, and not one byte.
///
/// # Errors
/// The terminal is gone.
pub fn take_lines() -> io::Result<()> {
    LINES.store(true, Ordering::SeqCst);
    raw()
}

fn raw() -> io::Result<()> {
    if TAKEN.load(Ordering::SeqCst) {
        // Raw mode is set anew only after it was left.
        let _ = crossterm::terminal::disable_raw_mode();
    }
    crossterm::terminal::enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    Ok(())
}

/// Gives the terminal back as it was; does nothing when it is not ours. Never fails: there is nobody left to tell.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // What was typed ahead was meant for us, not for the shell.
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
    if !LINES.load(Ordering::SeqCst)
        && let Ok(mut out) = writer()
    {
        let _ = out.write_all(GIVE.as_bytes());
    }
    let _ = crossterm::terminal::disable_raw_mode();
}

/// As [`give_back`], for a terminal that does not take any more bytes: what waits to be shown is thrown away first, and
/// nobody waits longer than a moment.
pub fn give_back_stalled() {
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let _ = tcflush(io::stdout(), QueueSelector::OFlush);
        let _ = crossterm::terminal::disable_raw_mode();
        give_back();
        let _ = done.send(());
    });
    let _ = wait.recv_timeout(std::time::Duration::from_millis(200));
}

/// Whether a shell with job control waits behind us. Without one nobody could wake a stopped program: as a session's
/// first process, or in a process group whose parent lives in another session or in the same group.
///
/// By nix: in a process namespace of its own a parent's session reads as 0, and rustix takes that for a fault.
pub fn can_suspend() -> bool {
    use nix::unistd::{getpgid, getpgrp, getppid, getsid};
    let parent = getppid();
    let same_session = matches!((getsid(Some(parent)), getsid(None)), (Ok(a), Ok(b)) if a == b);
    parent.as_raw() > 0 && same_session && getpgid(Some(parent)).is_ok_and(|group| group != getpgrp())
}

/// Stops this process as Ctrl-Z does elsewhere; comes back when it is woken. The terminal must have been given back.
pub fn stop_here() {
    let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP);
}

/// Memory holds personal data: no core dumps, and no other process of the same account reads or traces this one.
pub fn close_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

type Hook = Box<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync>;

/// The panic hook that was there before; put back by [`PanicHook::remove`].
pub struct PanicHook(Hook);

/// Sets a panic hook for the thread that calls it: the terminal is given back, then `sentence` says where it happened.
/// What a panic says of itself is never shown, since it may hold personal data; a panic on another thread is silent,
/// because whoever waits for that thread hears of it.
pub fn panic_hook(sentence: impl Fn(&str) -> String + Send + Sync + 'static) -> PanicHook {
    let before = std::panic::take_hook();
    let main = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == main {
            give_back();
            let place = info.location().map_or_else(|| "?".to_owned(), |l| format!("{}:{}", l.file(), l.line()));
            let _ = writeln!(io::stderr(), "{}", sentence(&place));
        }
    }));
    PanicHook(before)
}

impl PanicHook {
    /// Puts the hook back that was there before.
    pub fn remove(self) {
        std::panic::set_hook(self.0);
    }
}
