//! What may be typed for checklists, evidence and bundles.

use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub enum TemplateCmd {
    List,
    Show {
        id: String,
        #[arg(value_name = "VERSION")]
        version: Option<String>,
    },
    Check {
        file: PathBuf,
    },
    Add {
        file: PathBuf,
    },
    Profiles {
        file: PathBuf,
    },
    From {
        file: PathBuf,
        #[arg(long, value_name = "ID")]
        profile: Option<String>,
        #[arg(long, conflicts_with = "profile")]
        all: bool,
        #[arg(long, value_name = "ID")]
        benchmark: Option<String>,
        #[arg(long, value_name = "ID")]
        id: Option<String>,
        #[arg(long, value_name = "FILE.toml")]
        out: Option<PathBuf>,
        #[arg(long)]
        add: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum EvidenceCmd {
    Add {
        file: PathBuf,
        #[arg(long, value_name = "ID")]
        inspection: String,
        #[arg(long, value_name = "SUBJECT")]
        subject: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ChecklistCmd {
    Out {
        #[arg(long, value_name = "ID")]
        inspection: String,
        #[arg(long, value_name = "SUBJECT")]
        subject: Option<String>,
        #[arg(long, value_name = "FILE.cklb")]
        fill: Option<PathBuf>,
        #[arg(long, value_name = "FILE.cklb")]
        out: PathBuf,
    },
    In(ChecklistArgs),
}

#[derive(Debug, Args)]
pub struct ChecklistArgs {
    pub file: PathBuf,
    #[arg(long, value_name = "ID")]
    pub inspection: String,
    #[arg(long, value_name = "SUBJECT")]
    pub subject: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub remark: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_name = "host|file|SPOT=host|SPOT=file")]
    pub take: Vec<String>,
}

#[derive(Debug, Subcommand)]
pub enum BundleCmd {
    Out {
        #[arg(long, value_name = "ID", conflicts_with = "campaign", required_unless_present = "campaign")]
        inspection: Option<String>,
        #[arg(long, value_name = "NAME")]
        campaign: Option<String>,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    Open {
        file: PathBuf,
    },
    Return {
        #[arg(long, value_name = "ID")]
        inspection: Option<String>,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    Merge {
        file: PathBuf,
        #[arg(long)]
        dry_run: bool,
        #[arg(long, value_name = "host|laptop|SPOT=host|SPOT=laptop")]
        take: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct ProbeArgs {
    #[arg(long, value_name = "FILE.json")]
    pub out: PathBuf,
    #[arg(long, value_name = "FOLDER", hide = true)]
    pub root: Option<PathBuf>,
}
