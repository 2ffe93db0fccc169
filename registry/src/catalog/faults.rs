//! What the engines' errors mean to whoever asked.

use domain::ErrorKind;
use sqlx::{postgres::PgDatabaseError, sqlite::SqliteError};

use crate::Error;

/// What is wrong, by what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The engine asks to run the transaction again.
    Collision,
    /// No room is left for the catalog.
    Full,
    /// The catalog takes no changes; on PostgreSQL the connection leads to a stand-by.
    ReadOnly,
    /// The catalog does not answer, not now, or not in time.
    Unreachable,
    /// A value that the engine cannot store or compare with. What comes from outside is read before it gets here: whatever got
    /// through all the same is still the fault of who sent it.
    Value,
    /// The statement itself.
    Other,
}

impl Fault {
    /// Reads an error.
    pub(super) fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => {
                if let Some(postgres) = database.try_downcast_ref::<PgDatabaseError>() {
                    Self::of_postgres(postgres.code())
                } else if database.try_downcast_ref::<SqliteError>().is_some() {
                    Self::of_sqlite(database.code().and_then(|code| code.parse().ok()).unwrap_or_default())
                } else {
                    Self::Other
                }
            }
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            // an answer that was cut off or garbled on its way
            | sqlx::Error::Protocol(_) => Self::Unreachable,
            sqlx::Error::Encode(_) => Self::Value,
            _ => Self::Other,
        }
    }

    /// What a service's error was caused by.
    pub(super) fn behind(error: &Error) -> Self {
        std::error::Error::source(error).and_then(|cause| cause.downcast_ref::<sqlx::Error>()).map_or(Self::Other, Self::of)
    }

    /// By SQLSTATE: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
    fn of_postgres(code: &str) -> Self {
        match code {
            "40001" | "40P01" => Self::Collision,
            "53100" => Self::Full,
            "25006" => Self::ReadOnly,
            // a time-out of a statement, of a lock, of an idle transaction
            "57014" | "55P03" | "25P03" => Self::Unreachable,
            // the database or the user is gone, or the password is another since the start
            "3D000" => Self::Unreachable,
            // no character of the encoding (NUL above all), a number or a moment out of range
            "22021" | "22P05" | "22003" | "22007" | "22008" => Self::Value,
            // connections, resources, an operator's intervention (shutdown, crash, not ready yet), system, authentication
            _ if ["08", "53", "57", "58", "28"].iter().any(|class| code.starts_with(class)) => Self::Unreachable,
            _ => Self::Other,
        }
    }

    /// By result code: <https://www.sqlite.org/rescode.html>. The extended codes refine the lowest eight bits.
    fn of_sqlite(code: i32) -> Self {
        match code & 0xff {
            5 => Self::Collision,
            6 | 10 => Self::Unreachable,
            8 => Self::ReadOnly,
            13 => Self::Full,
            // longer than the engine takes
            18 => Self::Value,
            _ => Self::Other,
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match Fault::of(&error) {
            Fault::Full => Self::caused(ErrorKind::InsufficientStorage, "There is no space left on the registry's disk.", error),
            Fault::ReadOnly => Self::caused(ErrorKind::Unavailable, "The registry's catalog is read-only.", error),
            Fault::Collision | Fault::Unreachable => Self::caused(
                ErrorKind::Unavailable,
                "The registry's catalog cannot be reached right now. Try again in a moment.",
                error,
            ),
            Fault::Value => Self::caused(
                ErrorKind::Invalid,
                "Something of this cannot be stored or looked for: a character such as NUL, a number or a moment beyond all measure. \
                 Leave it out.",
                error,
            ),
            Fault::Other => Self::internal("asking the catalog", error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_one_engine_are_not_read_as_the_others() {
        // a unique violation is the statement's own fault
        assert_eq!(Fault::of_postgres("23505"), Fault::Other);
        assert_eq!(Fault::of_postgres("40P01"), Fault::Collision);
        assert_eq!(Fault::of_postgres("57P01"), Fault::Unreachable);
        assert_eq!(Fault::of_postgres("53100"), Fault::Full);
        assert_eq!(Fault::of_postgres("22021"), Fault::Value);
        // a division by zero is the statement's own fault
        assert_eq!(Fault::of_postgres("22012"), Fault::Other);
        // SQLITE_BUSY_SNAPSHOT, SQLITE_IOERR_FSYNC, SQLITE_CONSTRAINT_UNIQUE
        assert_eq!(Fault::of_sqlite(517), Fault::Collision);
        assert_eq!(Fault::of_sqlite(1034), Fault::Unreachable);
        assert_eq!(Fault::of_sqlite(2067), Fault::Other);
    }
}
