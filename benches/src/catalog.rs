//! Catalogs of growing size: whether answers take as long with a million packages as with a thousand.

use std::{path::Path, process::Stdio, time::Instant};

use domain::PackageKind;

use crate::{
    Outcome,
    questions::{self, Times},
    seeding::{Extent, Library, Sink, seed},
    server::{Place, Server},
};

/// How many different cards the packages have.
const CARDS: u64 = 5000;
/// How many versions one of them has.
const VERSIONS: u64 = 200_000;
/// The file in a kept folder that tells how many packages there are, and the token of the reader.
const KEPT: &str = "benchmark";

/// A catalog that the registry made and the seeder fills.
struct Grown {
    library: Library,
    database: Option<String>,
    place: Place,
    token: String,
    size: u64,
}

impl Grown {
    /// An empty one, with the account of a reader.
    async fn new(database: Option<String>, place: Place) -> Outcome<Self> {
        let server = Server::start_in(place).await?;
        let token = server.reader_token().await?;
        Ok(Self { library: library(), database, place: server.stop().await?, token, size: 0 })
    }

    /// The one that was kept in a folder, as it was left; an empty one when there is none.
    async fn kept(database: Option<String>, folder: &Path) -> Outcome<Self> {
        let place = Place::kept(folder, database.clone())?;
        match std::fs::read_to_string(folder.join(KEPT)) {
            Ok(kept) => {
                let (size, token) = kept.split_once(' ').ok_or("what was kept is no catalog of this benchmark")?;
                Ok(Self { library: library(), database, place, token: token.to_owned(), size: size.parse()? })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::new(database, place).await,
            Err(error) => Err(error.into()),
        }
    }

    fn keep(&self) -> Outcome<()> {
        Ok(std::fs::write(self.place.folder().join(KEPT), format!("{} {}", self.size, self.token))?)
    }

    /// Adds packages up to a size.
    async fn grow(&mut self, to: u64) -> Outcome<()> {
        if to == self.size {
            return Ok(());
        }
        if to < self.size {
            return Err(format!("it has {} packages already", self.size).into());
        }
        let begun = Instant::now();
        let mut sink = match &self.database {
            None => Sink::file(&self.place.folder().join("catalog.db")).await?,
            Some(url) => Sink::server(url).await?,
        };
        let versions = if self.size == 0 { VERSIONS } else { 0 };
        seed(&mut sink, &self.library, self.place.folder(), Extent { from: self.size, to, versions }).await?;
        eprintln!("{to} packages: seeded {} in {:.0} s", to - self.size, begun.elapsed().as_secs_f64());
        self.size = to;
        Ok(())
    }
}

fn library() -> Library {
    Library::new(CARDS, false)
}

/// Seeds a catalog to each size, one after the other, asks all questions, and answers a table. In a folder that is kept it goes on with
/// what is there: the largest catalogs take long to make.
pub(crate) async fn growing(database: Option<String>, sizes: &[u64], folder: Option<&Path>) -> Outcome<String> {
    let mut grown = match folder {
        Some(folder) => Grown::kept(database, folder).await?,
        None => Grown::new(database.clone(), Place::new(database)?).await?,
    };
    let mut columns: Vec<(u64, Vec<(&str, Times)>)> = Vec::new();
    for &to in sizes {
        grown.grow(to).await?;
        if folder.is_some() {
            grown.keep()?;
        }
        let server = Server::start_in(grown.place).await?;
        let mut answers = Vec::new();
        for question in questions::all(&grown.library, to)? {
            let times = questions::ask(&question, &server.url, &grown.token).await?;
            eprintln!("{to:>8} {:<55} p50 {:>8.2} ms  p95 {:>8.2} ms", question.name, millis(times.p50), millis(times.p95));
            answers.push((question.name, times));
        }
        columns.push((to, answers));
        grown.place = server.stop().await?;
    }
    Ok(table(&columns))
}

/// Seeds a catalog, and runs a command while a server is on it: with the server's address, a token, and a file that names models.
pub(crate) async fn beside(database: Option<String>, size: u64, command: &[&str]) -> Outcome<String> {
    let mut grown = Grown::new(database.clone(), Place::new(database)?).await?;
    grown.grow(size).await?;
    let names = tempfile::NamedTempFile::new()?;
    let mut models = String::new();
    for number in 0..size {
        let package = grown.library.name(number)?;
        if package.kind == PackageKind::Model && grown.library.is_public(number) {
            models += &format!("{package}\n");
        }
    }
    std::fs::write(names.path(), models)?;
    let server = Server::start_in(grown.place).await?;
    let (program, arguments) = command.split_first().ok_or("which command?")?;
    let mut command = tokio::process::Command::new(program);
    let output =
        command.args(arguments).args([&server.url, &grown.token]).arg(names.path()).stderr(Stdio::inherit()).output().await?;
    server.stop().await?;
    if !output.status.success() {
        return Err(format!("{program}: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn table(columns: &[(u64, Vec<(&str, Times)>)]) -> String {
    let mut table = String::from("| p50 / p95 in ms |");
    for (size, _) in columns {
        table += &format!(" {} |", spelled(*size));
    }
    table += "\n|---|";
    table += &"---|".repeat(columns.len());
    table += "\n";
    let Some((_, first)) = columns.first() else { return table };
    for (at, (name, _)) in first.iter().enumerate() {
        table += &format!("| {name} |");
        for (_, answers) in columns {
            if let Some((_, times)) = answers.get(at) {
                table += &format!(" {:.1} / {:.1} |", millis(times.p50), millis(times.p95));
            }
        }
        table += "\n";
    }
    table
}

fn spelled(size: u64) -> String {
    match size {
        size if size >= 1_000_000 && size % 1_000_000 == 0 => format!("{} M", size / 1_000_000),
        size if size >= 1000 && size % 1000 == 0 => format!("{} k", size / 1000),
        size => size.to_string(),
    }
}

fn millis(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
