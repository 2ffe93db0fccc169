//! Benchmarks of the release build, each beside a peer that does the least that the task asks for, in the same run.
//!
//! Prints a Markdown table; BENCHMARKS.md keeps it with the machine that it was measured on.

mod catalog;
mod client;
mod downloads;
mod questions;
mod seeding;
mod server;
mod site;
mod transfer;

use std::{path::Path, time::Duration};

/// What a benchmark ends with.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A line of the table.
struct Row {
    what: String,
    ours: String,
    peer: String,
    aim: String,
}

const USAGE: &str = "usage: benches transfer --size-gib N --model FOLDER
       benches downloads
       benches catalog sqlite|postgres://… SIZE,SIZE… [FOLDER]
       benches beside sqlite|postgres://… SIZE COMMAND…";

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let text = match arguments[..] {
        ["transfer", "--size-gib", gib, "--model", model] => {
            table(runtime.block_on(transfers(gib.parse::<u64>()? << 30, model.as_ref()))?)
        }
        ["downloads"] => table(runtime.block_on(downloads::concurrent())?),
        ["catalog", database, sizes, ref folder @ ..] if folder.len() <= 1 => {
            let database = (database != "sqlite").then(|| database.to_owned());
            let folder = folder.first().map(Path::new);
            runtime.block_on(catalog::growing(database, &numbers(sizes)?, folder))?
        }
        ["beside", database, size, ref command @ ..] => {
            let database = (database != "sqlite").then(|| database.to_owned());
            runtime.block_on(catalog::beside(database, size.parse()?, command))?
        }
        _ => return Err(USAGE.into()),
    };
    use std::io::Write as _;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

async fn transfers(size: u64, model: &Path) -> Outcome<Vec<Row>> {
    let mut rows = server::start_times().await?;
    rows.extend(transfer::large_file(size).await?);
    rows.extend(downloads::concurrent().await?);
    rows.extend(transfer::commit_to_scored(model).await?);
    rows.push(site::first_load()?);
    Ok(rows)
}

fn table(rows: Vec<Row>) -> String {
    let mut table = String::from("| what | here | peer | aim |\n|---|---|---|---|\n");
    for row in rows {
        table += &format!("| {} | {} | {} | {} |\n", row.what, row.ours, row.peer, row.aim);
    }
    table
}

/// Sizes in ascending order, with commas between them.
fn numbers(sizes: &str) -> Outcome<Vec<u64>> {
    Ok(sizes.split(',').map(str::parse).collect::<Result<_, _>>()?)
}

/// Seconds with two decimals.
fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
