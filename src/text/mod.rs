//! Hostile text made visible, widths in cells, masks, pinyin.
