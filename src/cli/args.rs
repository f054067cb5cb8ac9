//! The command line as clap sees it. Help texts are put in at run time, in the chosen language; see `help`.

mod inspect;
mod office;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::Date;
pub use inspect::{BundleCmd, ChecklistArgs, ChecklistCmd, EvidenceCmd, ProbeArgs, TemplateCmd};
pub use office::{KeyCmd, OperatorCmd, OperatorGrantArgs, OperatorKeyArgs};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "shoumi",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    /// Where the screens open.
    #[arg(long, value_name = "NAME")]
    pub view: Option<String>,
    /// The filter the screens open with.
    #[arg(long, value_name = "TEXT")]
    pub query: Option<String>,
    /// Lines of text instead of a screen.
    #[arg(long)]
    pub plain: bool,
    #[command(subcommand)]
    pub command: Option<Cmd>,
}

/// Options every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    #[arg(long, global = true, value_name = "PATH")]
    pub store: Option<PathBuf>,
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    #[arg(long, global = true, value_name = "zh-CN|en", value_parser = ["zh-CN", "en"], hide_possible_values = true)]
    pub lang: Option<String>,
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    pub today: Option<Date>,
    #[arg(long, global = true, value_name = "ID")]
    pub operator: Option<String>,
    #[arg(long, global = true, value_name = "PATH|NAME")]
    pub keymap: Option<String>,
    #[arg(long, global = true)]
    pub json: bool,
    #[arg(long, short = 'q', global = true)]
    pub quiet: bool,
    #[arg(long, short = 'h', global = true, action = clap::ArgAction::Help)]
    pub help: Option<bool>,
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    pub version: Option<bool>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Cmd {
    Demo(DemoArgs),
    Init(InitArgs),
    Import(ImportArgs),
    Export(ExportArgs),
    List(ListArgs),
    Find(FindArgs),
    Show(ShowArgs),
    Check(CheckArgs),
    Due(DueArgs),
    Period(PeriodArgs),
    Pack {
        #[command(subcommand)]
        what: PackCmd,
    },
    Template {
        #[command(subcommand)]
        what: TemplateCmd,
    },
    Apply(ApplyArgs),
    Schema,
    Unit {
        #[command(subcommand)]
        what: UnitCmd,
    },
    Backup {
        file: PathBuf,
    },
    Restore {
        file: PathBuf,
    },
    Verify(VerifyArgs),
    Key {
        #[command(subcommand)]
        what: KeyCmd,
    },
    Doctor(DoctorArgs),
    Completions {
        shell: clap_complete::Shell,
    },
    Form(FormArgs),
    Probe(ProbeArgs),
    Evidence {
        #[command(subcommand)]
        what: EvidenceCmd,
    },
    Checklist {
        #[command(subcommand)]
        what: ChecklistCmd,
    },
    Bundle {
        #[command(subcommand)]
        what: BundleCmd,
    },
    Operator {
        #[command(subcommand)]
        what: OperatorCmd,
    },
    /// Commands of later versions: named so that the answer is honest.
    #[command(hide = true)]
    Keys(LaterArgs),
    #[command(hide = true)]
    Man(LaterArgs),
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1, 1_000_000))]
    pub people: Option<u32>,
    #[arg(long, value_name = "N", value_parser = whole::<u64>(0, u64::MAX))]
    pub seed: Option<u64>,
    #[arg(long, conflicts_with = "no_ui")]
    pub plain: bool,
    #[arg(long)]
    pub no_ui: bool,
}

#[derive(Debug, Args)]
pub struct InitArgs {
    #[arg(long, value_name = "NAME")]
    pub unit: String,
    #[arg(long, value_name = "ID")]
    pub pack: String,
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub tracking_from: Option<Date>,
    #[arg(long)]
    pub law: bool,
    #[arg(long, value_enum, default_value_t = ModeArg::Personal)]
    pub mode: ModeArg,
    #[arg(long, value_enum, default_value_t = CipherArg::Aes)]
    pub cipher: CipherArg,
    #[arg(long, value_name = "ID=NAME")]
    pub system_admin: Option<String>,
    #[arg(long, value_name = "ID=NAME")]
    pub security_admin: Option<String>,
    #[arg(long, value_name = "ID=NAME")]
    pub auditor: Option<String>,
    #[arg(long)]
    pub passphrase: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CipherArg {
    Aes,
    Sm4,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ModeArg {
    Host,
    Personal,
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    #[arg(value_enum, hide_possible_values = true)]
    pub kind: KindArg,
    pub file: PathBuf,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long)]
    pub partial: bool,
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    #[arg(long, value_name = "ID")]
    pub unit: Option<String>,
}

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[arg(long, value_name = "FILE")]
    pub keys_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub sshd_config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[arg(long, value_name = "N:HASH", num_args = 0..=1, default_missing_value = "")]
    pub head: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    People,
    Posts,
    Trainings,
    Pledges,
    Trips,
    Departures,
    Computers,
    Media,
}

#[derive(Debug, Args)]
pub struct ExportArgs {
    #[arg(value_enum, hide_possible_values = true)]
    pub view: ViewArg,
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    #[arg(long, value_name = "TEXT")]
    pub query: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub mark: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[arg(value_enum, hide_possible_values = true)]
    pub view: ViewArg,
    #[arg(long, value_name = "TEXT")]
    pub query: Option<String>,
    #[arg(long, value_name = "N", value_parser = whole::<usize>(0, 10_000_000))]
    pub limit: Option<usize>,
    #[arg(long, value_name = "DATE", hide = true)]
    pub as_of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ViewArg {
    People,
    Posts,
    Periods,
    Departures,
    Travel,
    Trainings,
    Pledges,
    Computers,
    Media,
    Inspections,
    Findings,
    Cases,
    Agenda,
    Todo,
    Journal,
}

#[derive(Debug, Args)]
pub struct FindArgs {
    #[arg(required = true)]
    pub text: Vec<String>,
    #[arg(long, value_name = "N", default_value = "20", value_parser = whole::<usize>(0, 10_000_000))]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    #[arg(value_enum, hide_possible_values = true)]
    pub kind: ShowKind,
    pub id: String,
    #[arg(long, value_name = "REASON")]
    pub reveal: Option<String>,
    #[arg(long, value_name = "DATE", hide = true)]
    pub as_of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ShowKind {
    Person,
    Computer,
    Inspection,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    #[arg(value_enum, hide_possible_values = true)]
    pub what: WhatArg,
    #[arg(long, value_name = "ID")]
    pub person: String,
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub on: Option<Date>,
    #[arg(long, value_enum)]
    pub kind: Option<TripArg>,
    #[arg(long, value_enum)]
    pub employer: Option<EmployerArg>,
    #[arg(long, value_enum)]
    pub level: Option<LevelArg>,
    #[arg(long)]
    pub all_packs: bool,
    #[arg(long, value_name = "DATE", hide = true)]
    pub as_of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhatArg {
    Travel,
    Transfer,
    Resign,
    ForeignJob,
    Post,
    Leave,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TripArg {
    Private,
    Official,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EmployerArg {
    ForeignBody,
    ForeignOrganisation,
    ForeignFunded,
    WhollyForeign,
    Service,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LevelArg {
    Core,
    Important,
    General,
}

#[derive(Debug, Args)]
pub struct DueArgs {
    #[arg(long, value_name = "30d", default_value = "30d", value_parser = span)]
    pub within: u32,
    #[arg(long)]
    pub motd: bool,
}

#[derive(Debug, Args)]
pub struct PeriodArgs {
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub start: Date,
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1, 1200))]
    pub months: u32,
    #[arg(long, value_name = "N", value_parser = whole::<u32>(1, 1200))]
    pub extend: Vec<u32>,
    #[arg(long)]
    pub count_start_day: bool,
}

#[derive(Debug, Subcommand)]
pub enum PackCmd {
    List,
    Show {
        id: String,
    },
    #[command(hide = true)]
    Diff(LaterArgs),
    #[command(hide = true)]
    Switch(LaterArgs),
}

#[derive(Debug, Args)]
pub struct ApplyArgs {
    pub file: PathBuf,
    #[arg(long)]
    pub atomic: bool,
}

#[derive(Debug, Subcommand)]
pub enum UnitCmd {
    Show,
    Set(UnitSetArgs),
}

#[derive(Debug, Args)]
pub struct UnitSetArgs {
    pub key: String,
    pub value: String,
    #[arg(long, value_name = "WHO")]
    pub decided_by: String,
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    #[arg(long, value_name = "ID")]
    pub unit: Option<String>,
}

#[derive(Debug, Args)]
pub struct FormArgs {
    #[arg(value_enum, hide_possible_values = true)]
    pub kind: FormArg,
    #[arg(long, value_name = "ID", conflicts_with = "case")]
    pub person: Option<String>,
    #[arg(long, value_name = "ID")]
    pub case: Option<String>,
    #[arg(long, value_name = "ID", conflicts_with_all = ["person", "case"])]
    pub inspection: Option<String>,
    #[arg(long, value_name = "SUBJECT", requires = "inspection")]
    pub subject: Option<String>,
    #[arg(long, requires = "inspection")]
    pub failures: bool,
    #[arg(long, value_name = "FILE.docx")]
    pub out: PathBuf,
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub on: Option<Date>,
    #[arg(long, value_name = "TEXT")]
    pub query: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub mark: Option<String>,
    #[arg(long, value_name = "REASON")]
    pub reveal: Option<String>,
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=9999))]
    pub copy: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FormArg {
    DepartureApproval,
    LeavingPledge,
    ReturnList,
    TravelApproval,
    SignIn,
    ComputerList,
    InspectionRecord,
    RectificationNotice,
    Minutes,
}

/// Whatever was typed after a command that does not exist yet.
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct LaterArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    pub rest: Vec<String>,
}

/// A day as people type it: `2026-03-01`, also with `/` or `.`; years 1900 to 2200.
pub fn day(text: &str) -> Result<Date, String> {
    let folded = text.trim().replace(['/', '.'], "-");
    let mut parts = folded.split('-');
    let mut number = |longest: usize| {
        let part = parts.next().filter(|p| !p.is_empty() && p.len() <= longest)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u32>().ok()).flatten()
    };
    let (year, month, day) = (number(4), number(2), number(2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else {
        return Err("day".to_owned());
    };
    let found = i32::try_from(year).ok().and_then(|year| Date::from_ymd_opt(year, month, day));
    found.filter(|_| (1900..=2200).contains(&year)).ok_or_else(|| "day".to_owned())
}

/// A whole number from `least` to `most`. What is expected is a code with its values, which [`super::help`] says in the
/// chosen language.
fn whole<T: TryFrom<u64>>(least: u64, most: u64) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let number = text.trim().parse::<u64>().ok().filter(|n| (least..=most).contains(n));
        number.and_then(|n| T::try_from(n).ok()).ok_or_else(|| format!("number {least} {most}"))
    }
}

/// A span in days: `30d`, `30`, `8w`.
fn span(text: &str) -> Result<u32, String> {
    let text = text.trim();
    let (digits, factor) = match (text.strip_suffix('d'), text.strip_suffix('w')) {
        (Some(digits), _) => (digits, 1),
        (_, Some(digits)) => (digits, 7),
        _ => (text, 1),
    };
    let plain = !digits.is_empty() && digits.len() <= 5 && digits.bytes().all(|b| b.is_ascii_digit());
    let days = plain.then(|| digits.parse::<u32>().ok()).flatten().map(|n| n * factor);
    days.filter(|d| *d <= 36_600).ok_or_else(|| "span".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn days_and_spans() {
        assert_eq!(day("2026-03-01"), Ok(Date::from_ymd_opt(2026, 3, 1).unwrap()));
        assert_eq!(day("2026/3/1"), day("2026-03-01"));
        for bad in ["", "2026-02-30", "26-1-1", "0026-01-01", "+2026-01-01", "2026-01-01x", "2026-1-1-1", "99999-1-1"] {
            assert!(day(bad).is_err(), "{bad}");
        }
        assert_eq!((span("30d"), span("30"), span("2w")), (Ok(30), Ok(30), Ok(14)));
        for bad in ["", "d", "-1d", "1y", "999999d", "30dd"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }
}
