//! Attempts to sign in, slowed down per account and per address.
//!
//! Each attempt counts as failed until it succeeds, so that many at once are no way round. After some free ones each further one
//! has the next wait twice as long, up to a quarter of an hour. What is tried while it waits is not even looked at, and prolongs
//! nothing. The counts are in the catalog: all servers share them.

use std::net::IpAddr;

use domain::UserName;
use time::{Duration, OffsetDateTime};

use crate::{
    Client, Error, Registry, Result,
    catalog::{self, Conn, attempts::Counted, transact},
    now,
};

/// Failures in a row before an account waits: people mistype.
const FREE_OF_ACCOUNT: i32 = 5;
/// The same for an address: an office may have only one.
const FREE_OF_ADDRESS: i32 = 20;
/// The first wait, in seconds.
const FIRST: i64 = 8;
/// The longest wait.
const LONGEST: Duration = Duration::minutes(15);
/// Failures are forgotten when none has followed for so long.
const MEMORY: Duration = Duration::days(1);

/// An attempt that may go on.
pub(crate) struct Attempt {
    account: Option<String>,
    address: Option<String>,
}

impl Attempt {
    /// What is counted for a name, if it can be one, from an address. Names are counted whether they exist or not: the answer must
    /// not tell.
    fn of(name: Option<&UserName>, client: &Client) -> Self {
        Self {
            account: name.map(|name| format!("account {}", name.key())),
            address: client.address.map(|address| format!("address {}", network(address))),
        }
    }

    /// Notes that it succeeded: within the change that it leads to.
    pub(crate) async fn succeeded(&self, conn: &mut Conn, at: OffsetDateTime) -> Result<()> {
        if let Some(account) = &self.account {
            catalog::attempts::forgive(conn, account).await?;
        }
        if let Some(address) = &self.address {
            // not all is forgiven: whoever guesses at others may have an account too
            catalog::attempts::take_back(conn, address, at).await?;
        }
        Ok(())
    }
}

impl Registry {
    /// Counts an attempt to sign in before it is made.
    ///
    /// # Errors
    /// Too many requests while the account or the address has to wait.
    pub(crate) async fn attempt_sign_in(&self, name: Option<&UserName>, client: &Client) -> Result<Attempt> {
        let attempt = Attempt::of(name, client);
        let at = now();
        let blocked_until = transact!(self.0.catalog, async |conn| {
            catalog::attempts::sweep(conn, at - MEMORY).await?;
            if let Some(address) = &attempt.address
                && let Some(moment) = count(conn, address, FREE_OF_ADDRESS, at).await?
            {
                return Ok(Some(moment));
            }
            let Some(account) = &attempt.account else { return Ok(None) };
            let blocked_until = count(conn, account, FREE_OF_ACCOUNT, at).await?;
            if blocked_until.is_some()
                && let Some(address) = &attempt.address
            {
                // nothing was tried
                catalog::attempts::take_back(conn, address, at).await?;
            }
            Ok(blocked_until)
        })?;
        match blocked_until {
            None => Ok(attempt),
            Some(moment) => {
                let wait = (moment - at).max(Duration::SECOND);
                let message = format!("Too many attempts to sign in failed: try again in {}.", in_words(wait));
                Err(Error::too_many(message, wait.unsigned_abs()))
            }
        }
    }
}

/// Counts an attempt, and has the next one wait; the moment until which this one has to, if it has.
async fn count(conn: &mut Conn, subject: &str, free: i32, at: OffsetDateTime) -> Result<Option<OffsetDateTime>> {
    match catalog::attempts::count(conn, subject, at, at - MEMORY).await? {
        Counted::Failures(failures) => {
            catalog::attempts::block(conn, subject, at + wait(failures - free)).await?;
            Ok(None)
        }
        Counted::BlockedUntil(moment) => Ok(Some(moment)),
    }
}

/// How long the next attempt waits after so many failures beyond the free ones.
fn wait(excess: i32) -> Duration {
    match u32::try_from(excess) {
        Err(_) | Ok(0) => Duration::ZERO,
        Ok(excess) => Duration::seconds(FIRST << (excess - 1).min(16)).min(LONGEST),
    }
}

/// What one caller can have many of: of IPv6 addresses the first half, which names a network.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

fn in_words(wait: Duration) -> String {
    let seconds = wait.whole_seconds() + i64::from(wait.subsec_nanoseconds() > 0);
    match seconds {
        1 => "a second".to_owned(),
        2..=90 => format!("{seconds} seconds"),
        _ => format!("{} minutes", (seconds + 59) / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = [-4, 0, 1, 2, 7, 8, i32::MAX].map(|excess| wait(excess).whole_seconds()).into();
        assert_eq!(waits, [0, 0, 8, 16, 512, 900, 900]);
        assert_eq!(in_words(Duration::milliseconds(500)), "a second");
        assert_eq!(in_words(Duration::seconds(4)), "4 seconds");
        assert_eq!(in_words(LONGEST), "15 minutes");
    }

    #[test]
    fn a_network_of_the_sixth_version_counts_as_one_address() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:aaaa::1"), "2001:db8:1:2::");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
    }
}
