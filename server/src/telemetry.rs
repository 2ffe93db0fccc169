//! Logs: pretty on a terminal, one JSON object a line otherwise. They go to standard error; standard output is for answers.

use std::io::IsTerminal as _;

use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Config, LogFormat};

/// The level of everything whose name begins with `aws`.
const SDK: &str = "aws=warn";

/// Starts logging.
///
/// # Errors
/// A sentence, when `LOG` is no filter.
pub(crate) fn start(config: &Config) -> Result<(), String> {
    let filter = EnvFilter::try_new(&config.log)
        .map_err(|error| format!("LOG must be a filter such as info or info,registry=debug ({error})."))?;
    // whatever level is asked for: what the SDK tells of its requests holds signatures
    let filter = filter.add_directive(SDK.parse().unwrap_or_else(|_| LevelFilter::OFF.into()));
    let terminal = std::io::stderr().is_terminal();
    let registry = tracing_subscriber::registry().with(filter);
    let layer = fmt::layer().with_writer(std::io::stderr).with_target(false);
    let form = config.log_format.unwrap_or(if terminal { LogFormat::Pretty } else { LogFormat::Json });
    match form {
        LogFormat::Pretty => registry.with(layer.with_ansi(terminal).compact()).init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true).with_current_span(true).with_span_list(false)).init(),
    }
    Ok(())
}
