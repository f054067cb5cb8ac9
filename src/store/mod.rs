//! The only folder that names redb.
