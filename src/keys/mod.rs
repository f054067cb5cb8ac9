//! Actions, key notation, keymaps.
