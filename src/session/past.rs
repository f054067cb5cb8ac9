//! What happened to a record, as its card tells it.

use crate::domain::{JournalPublic, RecordId};
use crate::store::{Snapshot, StoreError, whole_name};

/// Entries about more records than this are not opened to tell what belongs to which: an import can be large.
const MANY: usize = 50;

/// The entries that changed a record, newest first, each with the record's own fields. One about many records names no
/// fields: those of all of them would say of a computer that its papers changed.
///
/// # Errors
/// The store cannot be read.
pub(super) fn history(s: &Snapshot, id: RecordId) -> Result<Vec<JournalPublic>, StoreError> {
    let mut all = Vec::new();
    for entry in s.history(id)?.into_iter().rev() {
        let mut public = entry.public;
        if public.records.len() > MANY {
            public.fields.clear();
        } else if public.records.len() > 1 {
            let detail = s.detail(public.seq)?;
            let own = detail.changes.iter().filter(|c| c.record == id).flat_map(|c| c.fields.keys());
            let own: Vec<&str> = own.map(|f| whole_name(f)).collect();
            public.fields.retain(|f| own.contains(&&**f));
        }
        all.push(public);
    }
    Ok(all)
}
