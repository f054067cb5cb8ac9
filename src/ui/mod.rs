//! Widgets: plain data in, cells out.
