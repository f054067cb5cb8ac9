//! The probe of the machine the program runs on; needs no store.

use std::path::Path;

use crate::clock;
use crate::error::{Error, Kind};
use crate::exchange::{Probe, Readers, new_file, probe};

/// Reads the machine under `root` and writes what it says to a new file.
///
/// # Errors
/// `probe_root` when `root` is no folder; `file_exists`; the file system refuses.
pub fn write_probe(root: &Path, out: &Path, readers: Readers) -> Result<Probe, Error> {
    if !root.is_dir() {
        return Err(Error::new(Kind::Input, "probe_root").with("path", root.display()));
    }
    let found = probe(root, &clock::stamp());
    let bytes = serde_json::to_vec_pretty(&found)
        .map_err(|e| Error::new(Kind::Input, "export_failed").with("why", e).with("path", out.display()))?;
    new_file(out, &bytes, readers)?;
    Ok(found)
}
