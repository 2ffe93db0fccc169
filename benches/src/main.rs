//! Benchmarks of the release build, each beside a peer that does the least that the task asks for, in the same run.
//!
//! Prints a Markdown table; BENCHMARKS.md keeps it with the machine that it was measured on.

mod client;
mod server;
mod site;
mod transfer;

use std::{path::PathBuf, time::Duration};

/// What a benchmark ends with.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A line of the table.
struct Row {
    what: String,
    ours: String,
    peer: String,
    aim: String,
}

fn main() -> Outcome<()> {
    let (size, model) = arguments()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut rows = runtime.block_on(server::start_times())?;
    rows.extend(runtime.block_on(transfer::large_file(size))?);
    rows.extend(runtime.block_on(transfer::commit_to_scored(&model))?);
    rows.push(site::first_load()?);
    let mut table = String::from("| what | here | peer | aim |\n|---|---|---|---|\n");
    for row in rows {
        table += &format!("| {} | {} | {} | {} |\n", row.what, row.ours, row.peer, row.aim);
    }
    use std::io::Write as _;
    Ok(std::io::stdout().write_all(table.as_bytes())?)
}

fn arguments() -> Outcome<(u64, PathBuf)> {
    let mut arguments = std::env::args().skip(1);
    let (mut gib, mut model) = (2, None);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("every argument needs a value")?;
        match name.as_str() {
            "--size-gib" => gib = value.parse()?,
            "--model" => model = Some(value.into()),
            _ => return Err(format!("unknown argument {name}").into()),
        }
    }
    Ok((gib << 30, model.ok_or("--model FOLDER is missing")?))
}

/// Seconds with two decimals.
fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
