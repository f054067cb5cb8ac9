//! The file under the database: where it may lie, what it begins with, how its locks are waited for.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::ops::Bound;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};
use sha2::{Digest, Sha256};

use super::StoreError;
#[cfg(test)]
use super::faults;
use super::header::{COPY, Header, PREFIX, SUM, SUM_AT, has_magic};

/// Bytes of redb's own header; pinned with redb's version.
const REDB_HEADER: usize = 320;
const PAGE: u64 = 4096;

/// Reads the header of a file, telling apart what is not a store.
pub(super) fn read_header(path: &Path) -> Result<(Header, bool), StoreError> {
    // Asked before it is opened: a pipe would make the opening wait for ever.
    if !std::fs::metadata(path).map_err(|e| StoreError::io(path, &e))?.is_file() {
        return Err(StoreError::NotAStore { path: path.to_owned(), what: "other" });
    }
    let mut file = File::open(path).map_err(|e| StoreError::io(path, &e))?;
    if !file.metadata().map_err(|e| StoreError::io(path, &e))?.is_file() {
        return Err(StoreError::NotAStore { path: path.to_owned(), what: "other" });
    }
    let mut prefix = Vec::new();
    file.by_ref().take(PREFIX).read_to_end(&mut prefix).map_err(|e| StoreError::io(path, &e))?;
    if !has_magic(&prefix) {
        let what = match std::str::from_utf8(&prefix) {
            _ if prefix.is_empty() => "empty",
            Ok(text) if !text.contains('\0') => "text",
            _ => "other",
        };
        return Err(StoreError::NotAStore { path: path.to_owned(), what });
    }
    if (prefix.len() as u64) < PREFIX {
        return Err(StoreError::Truncated(path.to_owned()));
    }
    Header::read(&prefix)
}

/// Which file stands at a path: its device and its number there.
pub(super) fn place(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|m| (m.dev(), m.ino()))
}

/// Refuses network file systems, whose caches are not coherent between hosts.
#[cfg(target_os = "linux")]
pub(super) fn refuse_network(path: &Path) -> Result<(), StoreError> {
    let folder = if path.exists() { path } else { folder_of(path) };
    let Ok(stat) = rustix::fs::statfs(folder) else { return Ok(()) };
    // Magic numbers of statfs(2).
    let name = match stat.f_type as u64 & 0xffff_ffff {
        0x6969 => "nfs",
        0x517b => "smb",
        0xff53_4d42 => "cifs",
        0xfe53_4d42 => "smb2",
        0x0102_1997 => "9p",
        0x7375_7245 => "coda",
        0x5346_414f => "afs",
        0x00c3_6400 => "ceph",
        0x6573_5546 => "fuse",
        _ => return Ok(()),
    };
    Err(StoreError::Network(name))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn refuse_network(_path: &Path) -> Result<(), StoreError> {
    Ok(())
}

/// The folder a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes both copies of the header to a new file.
pub(super) fn write_prefix(file: &File, header: &Header) -> io::Result<()> {
    write_copies(file, header, false)
}

/// Replaces both copies of the header, one after the other: at every moment one of them is whole.
pub(super) fn replace_prefix(path: &Path, header: &Header) -> io::Result<()> {
    write_copies(&OpenOptions::new().write(true).open(path)?, header, true)
}

fn write_copies(file: &File, header: &Header, one_by_one: bool) -> io::Result<()> {
    let copy = header.encode().map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    for offset in [0, COPY as u64] {
        faults::next(&Operation::Write(offset, &copy))?;
        file.write_all_at(&copy, offset)?;
        if one_by_one && offset == 0 {
            faults::next(&Operation::Sync)?;
            file.sync_all()?;
        }
    }
    faults::next(&Operation::Sync)?;
    file.sync_all()
}

/// The sum in a backup's header; zeros in a register.
fn stored_sum(file: &File) -> io::Result<[u8; SUM]> {
    let mut sum = [0; SUM];
    file.read_exact_at(&mut sum, SUM_AT)?;
    Ok(sum)
}

/// The sum of all bytes but its own.
fn sum_of(file: &File) -> io::Result<[u8; SUM]> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    // The sum's own bytes end the prefix, so that one reading ends where they begin.
    let mut at = 0;
    loop {
        let room = if at < SUM_AT { SUM_AT - at } else { u64::MAX };
        let most = buffer.len().min(usize::try_from(room).unwrap_or(usize::MAX));
        let Some(room) = buffer.get_mut(..most) else { return Err(io::ErrorKind::InvalidInput.into()) };
        match file.read_at(room, at)? {
            0 => return Ok(digest.finalize().into()),
            n => {
                digest.update(room.get(..n).unwrap_or_default());
                at += n as u64;
            }
        }
        if at == SUM_AT {
            at = PREFIX;
        }
    }
}

/// Whether the file system lets this process write the file.
pub(super) fn may_write(path: &Path) -> bool {
    OpenOptions::new().write(true).open(path).is_ok()
}

/// Whether a file is a backup, which nobody writes to.
pub(super) fn is_backup(path: &Path) -> io::Result<bool> {
    Ok(stored_sum(&File::open(path)?)? != [0; SUM])
}

/// Whether all bytes are those that were written; what bears no sum is none's to say.
pub(super) fn sum_fits(path: &Path) -> io::Result<bool> {
    let file = File::open(path)?;
    let sum = stored_sum(&file)?;
    Ok(sum == [0; SUM] || sum == sum_of(&file)?)
}

/// Makes a backup of a file that is complete.
pub(super) fn write_sum(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let sum = sum_of(&file)?;
    faults::next(&Operation::Write(SUM_AT, &sum))?;
    file.write_all_at(&sum, SUM_AT)
}

/// What redb sees: the file behind the prefix, with waits for locks that end.
#[derive(Debug)]
pub(super) struct Backend {
    inner: FileBackend,
    limit: Limit,
}

/// How long a backend waits for a lock, and whether it does anything at all; may be changed while it is in use.
#[derive(Debug, Clone)]
pub(super) struct Limit(Arc<(AtomicU64, AtomicBool)>);

impl Limit {
    /// A limit.
    pub fn new(limit: Duration) -> Self {
        let out = Self(Arc::default());
        out.set(limit);
        out
    }

    /// Changes it.
    pub fn set(&self, limit: Duration) {
        self.0.0.store(limit.as_millis() as u64, Ordering::Relaxed);
    }

    fn get(&self) -> Duration {
        Duration::from_millis(self.0.0.load(Ordering::Relaxed))
    }

    /// From now on nothing is read, written or locked any more; locks that are held are given back.
    pub fn cut_off(&self) {
        self.0.1.store(true, Ordering::Release);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.1.load(Ordering::Acquire) { Err(io::Error::other("cut off")) } else { Ok(()) }
    }
}

impl Backend {
    /// A backend over an open file; waiting for a lock ends after `limit`.
    pub fn new(file: File, limit: Limit) -> Result<Self, StoreError> {
        let inner = FileBackend::new(file).map_err(|_| StoreError::Internal("backend"))?;
        Ok(Self { inner, limit })
    }

    /// Polls, because the blocking lock of the system knows no time limit. Who has waited for some milliseconds asks more
    /// often than who has just come, or a busy session would keep the others out.
    fn wait(&self, mut attempt: impl FnMut() -> Result<bool, BackendError>) -> Result<(), BackendError> {
        let started = Instant::now();
        self.limit.check()?;
        while !attempt()? {
            self.limit.check()?;
            let waited = started.elapsed();
            if waited >= self.limit.get() {
                return Err(BackendError::Io(io::ErrorKind::TimedOut.into()));
            }
            std::thread::sleep(Duration::from_micros(match waited.as_millis() {
                0..3 => 250,
                3..1000 => 60,
                _ => 1000,
            }));
        }
        Ok(())
    }
}

impl StorageBackend for Backend {
    fn len(&self) -> io::Result<u64> {
        self.limit.check()?;
        self.inner.len()?.checked_sub(PREFIX).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.limit.check()?;
        self.inner.read(offset + PREFIX, out)?;
        inspect(offset, out, || self.len())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.limit.check()?;
        faults::next(&Operation::Length(len + PREFIX))?;
        self.inner.set_len(len + PREFIX)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.limit.check()?;
        faults::next(&Operation::Sync)?;
        self.inner.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.limit.check()?;
        faults::next(&Operation::Write(offset + PREFIX, data))?;
        self.inner.write(offset + PREFIX, data)
    }

    fn close(&self) -> io::Result<()> {
        self.inner.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.limit.check()?;
        self.inner.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.limit.check()?;
        self.inner.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.wait(|| self.inner.try_lock_range(start, end))
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.wait(|| self.inner.try_lock_shared_range(start, end))
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.inner.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.inner.query_lock_range(start, end)
    }
}

/// Looks at what redb is about to trust: its header, and the pages that point to others. What it would follow into
/// the void (up to 4 GiB at once) or back in time is refused here.
fn inspect(offset: u64, out: &[u8], len: impl FnOnce() -> io::Result<u64>) -> io::Result<()> {
    let bad = || Err(io::ErrorKind::InvalidData.into());
    if offset == 0 && out.len() == REDB_HEADER {
        return if rolled_back(out) { bad() } else { Ok(()) };
    }
    if offset.is_multiple_of(PAGE) && out.first() == Some(&2) && !children_fit(out, len()?) {
        return bad();
    }
    Ok(())
}

/// A header that was closed in order, yet whose primary slot is not the newer one: its flags were altered. (Set flags
/// 2 = a session is or was writing, 8 = a commit is being flushed; then both orders are met in normal use.)
fn rolled_back(header: &[u8]) -> bool {
    let god = header.get(9).copied().unwrap_or_default();
    if god & 2 != 0 {
        return false;
    }
    let slot = |n: usize| header.get(64 + 128 * n..192 + 128 * n).unwrap_or_default();
    let id = |slot: &[u8]| slot.get(104..112).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
    let primary = usize::from(god & 1);
    god & 8 != 0 || id(slot(primary ^ 1)) > id(slot(primary))
}

/// Whether every child a branch page names lies within the file. Layout: type, pad, number of keys (u16), 4 pad,
/// 16-byte checksums and then 8-byte page numbers, one more of each than keys.
fn children_fit(page: &[u8], len: u64) -> bool {
    let keys = page.get(2..4).and_then(|b| b.try_into().ok()).map_or(0, u16::from_le_bytes);
    let children = usize::from(keys) + 1;
    let Some(numbers) = page.get(8 + 16 * children..8 + 24 * children) else { return false };
    numbers.chunks_exact(8).filter_map(|c| c.try_into().ok()).map(u64::from_le_bytes).all(|number| {
        let order = number >> 59;
        let (region, index) = ((number >> 20) & 0xf_ffff, number & (0xf_ffff >> order));
        let size = PAGE << order;
        let end = if region == 0 { PAGE + (index + 1) * size } else { size };
        order <= 20 && end <= len
    })
}

/// A file that is read but never written: what redb writes while it repairs or checks stays in memory.
#[derive(Debug)]
pub(super) struct Overlay {
    file: File,
    state: Mutex<Written>,
}

#[derive(Debug)]
struct Written {
    len: u64,
    pages: HashMap<u64, Vec<u8>>,
}

impl Overlay {
    /// An overlay over the file as it is now; nobody may write the file while it is in use.
    pub fn new(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len().saturating_sub(PREFIX);
        Ok(Self { file, state: Mutex::new(Written { len, pages: HashMap::new() }) })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, Written> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The file's own bytes of a page, zeros beyond its end.
    fn original(&self, page: u64) -> io::Result<Vec<u8>> {
        let mut out = vec![0; PAGE as usize];
        let mut filled = 0;
        while let Some(rest) = out.get_mut(filled..).filter(|r| !r.is_empty()) {
            match self.file.read_at(rest, page * PAGE + PREFIX + filled as u64)? {
                0 => break,
                n => filled += n,
            }
        }
        Ok(out)
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.state();
        if offset.checked_add(out.len() as u64).is_none_or(|end| end > state.len) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut at = offset;
        let mut rest = &mut *out;
        while !rest.is_empty() {
            let (page, within) = (at / PAGE, (at % PAGE) as usize);
            let take = rest.len().min(PAGE as usize - within);
            let (now, later) = rest.split_at_mut(take);
            match state.pages.get(&page).and_then(|p| p.get(within..within + take)) {
                Some(bytes) => now.copy_from_slice(bytes),
                None => {
                    let original = self.original(page)?;
                    now.copy_from_slice(original.get(within..within + take).unwrap_or_default());
                }
            }
            at += take as u64;
            rest = later;
        }
        let len = state.len;
        drop(state);
        inspect(offset, out, || Ok(len))
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.state().len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut at = offset;
        let mut rest = data;
        while !rest.is_empty() {
            let (page, within) = (at / PAGE, (at % PAGE) as usize);
            let (now, later) = rest.split_at(rest.len().min(PAGE as usize - within));
            if !self.state().pages.contains_key(&page) {
                let original = self.original(page)?;
                self.state().pages.insert(page, original);
            }
            if let Some(target) = self.state().pages.get_mut(&page).and_then(|p| p.get_mut(within..within + now.len()))
            {
                target.copy_from_slice(now);
            }
            at += now.len() as u64;
            rest = later;
        }
        Ok(())
    }
}

/// A change of a file; the tests of faults hear of each before it is made.
#[cfg_attr(not(test), expect(dead_code, reason = "only tests look"))]
pub(super) enum Operation<'a> {
    /// Bytes at a place of the file.
    Write(u64, &'a [u8]),
    /// The file's new length.
    Length(u64),
    /// What was written has to be on the disk.
    Sync,
    /// The file gets its name.
    Publish,
    /// The name has to be on the disk.
    Folder,
}

/// Nothing fails but the disk.
#[cfg(not(test))]
pub(super) mod faults {
    #[expect(clippy::unnecessary_wraps, reason = "in tests it fails")]
    pub(in crate::store) const fn next(_: &super::Operation<'_>) -> std::io::Result<()> {
        Ok(())
    }
}
