//! Arguments in, exit code out.

use std::process::ExitCode;

use shoumi::app::{self, Start};
use shoumi::cli::{self, Next};

fn main() -> ExitCode {
    app::survive_file_limits();
    let args: Vec<_> = std::env::args_os().collect();
    let forced = app::names_operator(&args);
    if let Some(code) = app::remote_command(forced) {
        let asked = std::env::var_os("SSH_ORIGINAL_COMMAND").unwrap_or_default();
        cli::remote_command_refused(&args, &asked.to_string_lossy());
        return ExitCode::from(code);
    }
    match cli::run(args) {
        Next::Exit(code) => ExitCode::from(code),
        Next::Screens(launch) => {
            let start = Start { view: launch.view, query: launch.query, forced, plain: launch.plain };
            ExitCode::from(app::open(launch.session, &start))
        }
    }
}
