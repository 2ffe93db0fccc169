//! Verifying at the command line.

use domain::units;
use registry::{Actor, HeldFile, Problem, SpoiltBlob};

use super::{Failure, open, progress::Teller, say, say_json};
use crate::{cli::Verify, config::Config};

/// Reads every blob; content that is wrong is a failure.
pub(super) async fn run(config: &Config, arguments: &Verify) -> Result<(), Failure> {
    let registry = open(config).await?;
    let teller = Teller::new("read");
    let verified = registry.verify(&Actor::operator(), &|progress| teller.tell(progress)).await;
    registry.close().await;
    let verified = verified?;
    let read = format!("{} with {}", units::plural(verified.blobs, "blob"), units::bytes(verified.bytes));
    if arguments.json {
        say_json(&verified)?;
    } else {
        for blob in &verified.spoilt {
            say(told(blob))?;
        }
        if verified.wrong == 0 {
            say(format!("All is well: {read} are what they should be."))?;
        }
    }
    match verified.wrong {
        0 => Ok(()),
        wrong => Err(Failure::damage(format!(
            "{wrong} of {read} are missing or damaged: put the files back from a backup, at the places that are named."
        ))),
    }
}

fn told(SpoiltBlob { sha256, size, problem, place, files }: &SpoiltBlob) -> String {
    let what = match problem {
        Problem::Missing => "missing".to_owned(),
        Problem::WrongSize { found } => format!("wrong size ({found} bytes, not {size})"),
        Problem::Damaged => "damaged".to_owned(),
        Problem::Unreadable { why } => format!("unreadable ({why})"),
    };
    let name = |HeldFile { kind, package, revision, path }: &HeldFile| format!("\n    {kind} {package}@{revision} {path}");
    format!("{sha256}  {what}  [{place}]{}", files.iter().map(name).collect::<String>())
}
