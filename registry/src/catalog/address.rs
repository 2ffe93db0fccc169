//! Where the catalog is: the value of `DATABASE_URL`, checked.

use std::{fmt, path::PathBuf, str::FromStr};

use domain::Invalid;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use url::Url;

/// Where a catalog is.
#[derive(Clone, Debug)]
pub enum CatalogAddress {
    /// In a file of SQLite's; made when missing.
    Sqlite(PathBuf),
    /// On a server.
    Postgres(PostgresAddress),
}

/// A database on a server, with what it takes to get in. Shows neither user nor password.
#[derive(Clone)]
pub struct PostgresAddress(Box<PgConnectOptions>);

impl PostgresAddress {
    pub(super) fn options(&self) -> PgConnectOptions {
        (*self.0).clone()
    }
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (port, database) = (self.0.get_port(), self.0.get_database().unwrap_or_default());
        match self.0.get_socket() {
            Some(socket) => write!(f, "{} in {}", database, socket.display()),
            None => write!(f, "{}:{port}/{database}", self.0.get_host()),
        }
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresAddress({self})")
    }
}

impl FromStr for CatalogAddress {
    type Err = Invalid;

    /// Reads `sqlite:FILE`, `postgres://…` or `postgresql://…`.
    ///
    /// # Errors
    /// What is wrong, without any part of the address that could be secret.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if let Some(file) = text.strip_prefix("sqlite:").map(|rest| rest.trim_start_matches("//")).filter(|file| !file.is_empty())
        {
            return Ok(Self::Sqlite(file.into()));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return postgres(text).map(|options| Self::Postgres(PostgresAddress(Box::new(options))));
        }
        Err(Invalid::new("must be sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE"))
    }
}

/// What may stand behind the question mark. Anything else would be passed over by the driver, in silence or with its value in the
/// log.
const PARAMETERS: [&str; 11] =
    ["application_name", "dbname", "host", "options", "password", "port", "sslcert", "sslkey", "sslmode", "sslrootcert", "user"];

fn postgres(text: &str) -> Result<PgConnectOptions, Invalid> {
    let url = Url::parse(text).map_err(|error| {
        Invalid::new(format!(
            "is no address that can be read ({error}): special characters in the user's name or the password must be %-encoded"
        ))
    })?;
    for (name, value) in url.query_pairs() {
        if !PARAMETERS.contains(&&*name) {
            return Err(Invalid::new(format!("has the unknown parameter “{name}”: there are {}", PARAMETERS.join(", "))));
        }
        if name == "sslmode" && value.parse::<PgSslMode>().is_err() {
            return Err(Invalid::new(
                "has a wrong sslmode: disable, allow, prefer, require, verify-ca or verify-full is expected",
            ));
        }
        if name.starts_with("ssl") && name != "sslmode" && std::fs::File::open(&*value).is_err() {
            return Err(Invalid::new(format!("names a file as {name} that cannot be read")));
        }
    }
    let options: PgConnectOptions =
        text.parse().map_err(|_| Invalid::new("has a parameter whose value is wrong, such as a port that is no number"))?;
    if options.get_database().is_none() {
        return Err(Invalid::new("must name the database: postgres://USER:PASSWORD@HOST/DATABASE"));
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, shown) in [
            ("sqlite:a.db", "Sqlite(\"a.db\")"),
            ("sqlite:///var/a.db", "Sqlite(\"/var/a.db\")"),
            ("postgres://ann:planted@db.example/models", "Postgres(PostgresAddress(db.example:5432/models))"),
            ("postgresql://ann:pl%40nted@db:6000/models?sslmode=require", "Postgres(PostgresAddress(db:6000/models))"),
            ("postgres:///models?host=/run/pg&user=ann", "Postgres(PostgresAddress(models in /run/pg))"),
        ] {
            assert_eq!(format!("{:?}", text.parse::<CatalogAddress>().unwrap()), shown);
        }
    }

    #[test]
    fn wrong_addresses_are_told_without_their_secrets() {
        for (text, words) in [
            ("", "must be sqlite:FILE or postgres://"),
            ("sqlite:", "must be sqlite:FILE or postgres://"),
            ("sqlite://", "must be sqlite:FILE or postgres://"),
            ("mysql://ann:planted@db/models", "must be sqlite:FILE or postgres://"),
            ("postgres://ann:planted@db", "must name the database"),
            ("postgres://ann:plan/ted@db/models", "must be %-encoded"),
            ("postgres://ann:planted@db/models?sslmode=planted", "wrong sslmode"),
            ("postgres://ann:planted@db/models?sslpassword=planted", "unknown parameter “sslpassword”"),
            ("postgres://ann:planted@db/models?sslrootcert=/planted", "as sslrootcert that cannot be read"),
            ("postgres://ann:planted@db/models?port=planted", "whose value is wrong"),
        ] {
            let error = text.parse::<CatalogAddress>().unwrap_err();
            assert!(error.message().contains(words), "{text}: {error}");
            assert!(!error.message().contains("planted"), "{text}: {error}");
        }
    }
}
