//! The command line of the autograder: confine the process, score one folder, write the report.

mod output;
mod sandbox;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use autograder::{Error, facts};
use clap::{Parser, Subcommand};
use domain::report::OutsideFacts;

/// Scores a package of a model registry: reads its files, runs none of them, and writes a report.
#[derive(Parser)]
#[command(version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0    the report was written
  2    the command line is wrong
  3    the input cannot be read: the folder is missing, or facts.json is not valid
  4    the report cannot be written
  101  a fault of the autograder itself";

#[derive(Subcommand)]
enum Command {
    /// Scores the files in a folder and writes the report as JSON.
    ///
    /// Damaged, truncated or lying files do not make it fail: they become findings in the report. Before the first file is
    /// read, the process gives up all access but reading FOLDER and the facts and writing next to the report (Landlock,
    /// where the kernel has it). What it does is told on standard error, a sentence a line.
    #[command(after_long_help = EXAMPLES)]
    Score {
        /// The folder with the package's files; links in it are not followed
        folder: PathBuf,
        /// What is known from outside, as JSON: kind, namespace and name of the package. Without it, FOLDER is a model
        #[arg(long, value_name = "facts.json")]
        facts: Option<PathBuf>,
        /// Where the report goes; it appears in one step, when it is complete. Without it, standard output
        #[arg(long, value_name = "report.json")]
        out: Option<PathBuf>,
    },
}

const EXAMPLES: &str = "\
Examples:
  autograder score ./my-model
  autograder score ./my-model --facts facts.json --out report.json

How scores are made: docs/scoring.md";

/// What went wrong, by what the caller does next.
enum Failure {
    Input(Error),
    Output(output::Error),
}

impl Failure {
    const fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 3,
            Self::Output(_) => 4,
        }
    }

    /// The error and its causes, in one line.
    fn explain(&self) -> String {
        let error: &dyn std::error::Error = match self {
            Self::Input(error) => error,
            Self::Output(error) => error,
        };
        let mut words = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            words = format!("{words}: {error}");
            cause = error.source();
        }
        words
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Input(error)
    }
}

impl From<output::Error> for Failure {
    fn from(error: output::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    let Command::Score { folder, facts, out } = Arguments::parse().command;
    match score(&folder, facts.as_deref(), out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            log(&failure.explain());
            ExitCode::from(failure.exit_code())
        }
    }
}

fn score(folder: &Path, facts: Option<&Path>, out: Option<PathBuf>) -> Result<(), Failure> {
    let target = output::Target::new(out)?;
    log(&sandbox::enter(folder, facts, target.folder()));
    let outside = facts.map_or_else(|| Ok(OutsideFacts::default()), facts::read)?;
    let report = autograder::score(folder, &outside, &mut log)?;
    target.write(&report)?;
    Ok(())
}

/// The registry shows these lines while the job runs.
fn log(line: &str) {
    use std::io::Write as _;
    // nobody may be reading any more; the report counts
    let _ = writeln!(std::io::stderr(), "{line}");
}
