//! The rows of one table as a file: a JSON array a line.

use std::path::Path;

use domain::Sha256Digest;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::{
    fs::File,
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
};

use super::format::{TableSummary, damaged};
use crate::{
    Error, Result,
    catalog::{load::Cell, tables::Table},
};

/// Bytes that are written at a time.
const PIECE: usize = 1 << 20;
/// A row is at most a report with the facts of thousands of files: what is longer is none.
const MAX_LINE: u64 = 64 << 20;

/// A file that is being written.
pub(super) struct TableWriter {
    file: File,
    buffer: Vec<u8>,
    digest: Sha256,
    rows: u64,
}

impl TableWriter {
    pub(super) async fn create(path: &Path) -> Result<Self> {
        let file = File::create_new(path).await.map_err(failed)?;
        Ok(Self { file, buffer: Vec::with_capacity(PIECE), digest: Sha256::new(), rows: 0 })
    }

    pub(super) async fn add(&mut self, row: &[Value]) -> Result<()> {
        serde_json::to_writer(&mut self.buffer, row).map_err(|error| Error::internal("writing a row", error))?;
        self.buffer.push(b'\n');
        self.rows += 1;
        if self.buffer.len() >= PIECE { self.write().await } else { Ok(()) }
    }

    async fn write(&mut self) -> Result<()> {
        self.digest.update(&self.buffer);
        self.file.write_all(&self.buffer).await.map_err(failed)?;
        self.buffer.clear();
        Ok(())
    }

    pub(super) async fn finish(mut self, table: &Table) -> Result<TableSummary> {
        self.write().await?;
        self.file.flush().await.map_err(failed)?;
        Ok(TableSummary {
            name: table.name.to_owned(),
            columns: table.columns.iter().map(|column| column.name.to_owned()).collect(),
            rows: self.rows,
            sha256: Sha256Digest::from_bytes(self.digest.finalize().into()),
        })
    }
}

fn failed(error: std::io::Error) -> Error {
    Error::io("writing the backup", error)
}

/// A file that is read.
pub(super) struct TableReader<'a> {
    table: &'a Table,
    lines: BufReader<File>,
    digest: Sha256,
    rows: u64,
}

impl<'a> TableReader<'a> {
    /// Opens the file of a table.
    ///
    /// # Errors
    /// Invalid when it is not there.
    pub(super) async fn open(path: &Path, table: &'a Table) -> Result<Self> {
        let file = File::open(path).await.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => damaged(format!("the table {} is missing", table.name)),
            _ => Error::io("reading the backup", error),
        })?;
        Ok(Self { table, lines: BufReader::with_capacity(PIECE, file), digest: Sha256::new(), rows: 0 })
    }

    /// The next row; nothing at the end.
    ///
    /// # Errors
    /// Invalid when the line is no row of the table.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<Cell>>> {
        let mut line = Vec::new();
        let read = (&mut self.lines).take(MAX_LINE).read_until(b'\n', &mut line).await;
        if read.map_err(|error| Error::io("reading the backup", error))? == 0 {
            return Ok(None);
        }
        self.digest.update(&line);
        self.rows += 1;
        let (table, number) = (self.table, self.rows);
        let wrong = |why: &str| damaged(format!("line {number} of the table {} {why}", table.name));
        let values: Vec<Value> = serde_json::from_slice(&line).map_err(|_| wrong("cannot be read"))?;
        if values.len() != table.columns.len() {
            return Err(wrong("has another number of values than there are columns"));
        }
        let cells = table.columns.iter().zip(values).map(|(column, value)| Cell::read(column, value));
        cells.collect::<Result<_, _>>().map(Some).map_err(|why| wrong(&format!("is wrong: {why}")))
    }

    /// Reads to the end, and compares with what the manifest says.
    ///
    /// # Errors
    /// Invalid when it is another file.
    pub(super) async fn check(mut self, expected: &TableSummary) -> Result<()> {
        while self.next().await?.is_some() {}
        let sha256 = Sha256Digest::from_bytes(self.digest.finalize().into());
        if (self.rows, sha256) == (expected.rows, expected.sha256) {
            return Ok(());
        }
        Err(damaged(format!("the table {} is not the one that was written", self.table.name)))
    }
}
