//! Arguments in, exit code out.

use std::process::ExitCode;

use shoumi::cli::{self, Next};

fn main() -> ExitCode {
    match cli::run(std::env::args_os().collect()) {
        Next::Exit(code) => ExitCode::from(code),
        Next::Screens(_) => ExitCode::from(64),
    }
}
