//! What may be typed for keys and accounts.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::domain::Role;

#[derive(Debug, Subcommand)]
pub enum KeyCmd {
    List,
    Passphrase {
        #[arg(long)]
        recovery: bool,
    },
    File {
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[arg(long)]
        recovery: bool,
    },
    Recovery,
    Drop {
        #[arg(value_parser = ["file", "passphrase", "recovery"])]
        kind: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum OperatorCmd {
    Add {
        id: String,
        #[arg(long, value_name = "NAME")]
        name: String,
    },
    Grant(OperatorGrantArgs),
    Disable {
        id: String,
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    Enable {
        id: String,
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
    List,
    Key(OperatorKeyArgs),
}

#[derive(Debug, Args)]
pub struct OperatorGrantArgs {
    pub id: String,
    #[arg(long, value_name = "ROLE", value_delimiter = ',', required_unless_present = "none", value_parser = roles())]
    pub role: Vec<String>,
    #[arg(long, conflicts_with = "role")]
    pub none: bool,
    #[arg(long, value_name = "ID")]
    pub unit: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub department: Vec<String>,
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub struct OperatorKeyArgs {
    pub id: String,
    #[arg(long, value_name = "FILE")]
    pub public_key: Option<PathBuf>,
}

/// The roles that can be granted.
fn roles() -> clap::builder::PossibleValuesParser {
    let granted = Role::ALL.iter().filter(|r| **r != Role::Owner).map(|r| r.code());
    clap::builder::PossibleValuesParser::new(granted.collect::<Vec<_>>())
}
