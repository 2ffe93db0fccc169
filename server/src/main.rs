//! `model-registry`: a registry for machine-learning models that a team can trust, in one program.
//!
//! It reads the command line (`cli`) and the environment (`config`), and runs one of the `commands`. `serve` puts the `routes` and
//! the pages behind the `middleware`. What the registry itself does is in the `registry` crate.

mod cli;
mod commands;
mod config;
mod error;
mod middleware;
mod routes;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    if let Err(why) = telemetry::start(&cli.config) {
        return commands::Failure::configuration(why).report();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return commands::Failure::from_io("The asynchronous runtime cannot be started", &error).report(),
    };
    let done = runtime.block_on(commands::run(cli));
    // blocking readers that hang must not keep the process
    runtime.shutdown_timeout(std::time::Duration::from_secs(5));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
