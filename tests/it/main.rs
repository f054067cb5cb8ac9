//! One test binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, clippy::string_slice)]

mod cli;
mod cli_apply;
mod cli_import;
mod demo;
mod drafts;
mod export;
mod import;
mod import_hostile;
mod index;
mod index_search;
mod journeys;
mod keymaps;
mod layers;
mod lists;
mod locales;
mod office;
mod readme;
mod rules_examples;
mod rules_explained;
mod rules_matrix;
mod rules_oracle;
mod rules_packs;
mod rules_people;
mod sample;
mod shell;
mod sizes;
mod source;
mod store;
mod store_damage;
mod store_figures;
mod store_kit;
mod store_processes;
mod store_tampering;
mod support;
mod terminal;
