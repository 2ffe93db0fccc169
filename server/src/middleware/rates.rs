//! How often a caller may ask: counted per user, or per address when nobody is signed in, by each server for itself.
//!
//! A caller may spend the whole quota at once; it fills up again steadily (GCRA). Every answer says what is left, in the fields of
//! draft-ietf-httpapi-ratelimit-headers, which Hugging Face clients read too.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use axum::response::Response;
use domain::UserId;
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use http::HeaderValue;
use registry::{Actor, Client, Error};

/// The span that quotas are given for, in seconds.
const WINDOW: u32 = 60;
/// How many callers are remembered before those are forgotten whose quota is full again.
const REMEMBERED: usize = 10_000;

/// Who is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    User(UserId),
    /// Somebody who is not signed in; of version 6 the network, which one machine may have whole.
    Address(IpAddr),
    /// Nothing is known: all of them together.
    Unknown,
}

type Limiter = RateLimiter<Caller, DashMapStateStore<Caller>, DefaultClock, StateInformationMiddleware>;

/// What is left of a caller's quota.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left {
    quota: NonZeroU32,
    requests: u32,
    /// Until there is one more, in seconds.
    wait: u64,
}

/// The requests of all callers, as far as they count.
#[derive(Debug)]
pub(crate) struct Rates {
    known: Limiter,
    anonymous: Limiter,
    quotas: Quotas,
}

/// How many requests callers have a minute.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotas {
    /// A user with all sessions and tokens.
    pub(crate) known: NonZeroU32,
    /// An address from which nobody is signed in.
    pub(crate) anonymous: NonZeroU32,
}

impl Rates {
    /// Counts from here on.
    pub(crate) fn new(quotas: Quotas) -> Self {
        let limiter = |quota| RateLimiter::dashmap(Quota::per_minute(quota)).with_middleware();
        Self { known: limiter(quotas.known), anonymous: limiter(quotas.anonymous), quotas }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// Too many requests, with the time to wait.
    pub(crate) fn count(&self, actor: Option<&Actor>, client: &Client) -> Result<Left, (Error, Left)> {
        let (limiter, quota, caller) = match actor.and_then(Actor::user_id) {
            Some(user) => (&self.known, self.quotas.known, Caller::User(user)),
            None => (&self.anonymous, self.quotas.anonymous, client.address.map_or(Caller::Unknown, Caller::at)),
        };
        if limiter.len() > REMEMBERED {
            limiter.retain_recent();
        }
        match limiter.check_key(&caller) {
            Ok(state) => {
                let requests = state.remaining_burst_capacity();
                Ok(Left { quota, requests, wait: u64::from(requests == 0) * u64::from(WINDOW.div_ceil(quota.get())) })
            }
            Err(refused) => {
                let wait = refused.wait_time_from(DefaultClock::default().now()).max(Duration::from_secs(1));
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                let message = format!("You have asked too often: {quota} requests a minute are answered. Go on in {seconds} s.");
                Err((Error::too_many(message, wait), Left { quota, requests: 0, wait: seconds }))
            }
        }
    }
}

impl Caller {
    fn at(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        })
    }
}

impl Left {
    /// Says so in an answer.
    pub(crate) fn tell(self, response: &mut Response) {
        let Self { quota, requests, wait } = self;
        for (name, text) in [
            ("ratelimit-policy", format!("\"default\";q={quota};w={WINDOW}")),
            ("ratelimit", format!("\"default\";r={requests};t={wait}")),
        ] {
            if let Ok(value) = HeaderValue::try_from(text) {
                response.headers_mut().insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        Rates::new(Quotas { known: NonZeroU32::new(3).unwrap(), anonymous: NonZeroU32::new(2).unwrap() })
    }

    fn from(address: &str) -> Client {
        Client { address: Some(address.parse().unwrap()), ..Client::default() }
    }

    #[test]
    fn a_quota_may_be_spent_at_once_and_then_has_to_fill_again() {
        let rates = rates();
        let client = from("192.0.2.1");
        assert_eq!(rates.count(None, &client).unwrap().requests, 1);
        assert_eq!(rates.count(None, &client).unwrap().requests, 0);
        let (refused, left) = rates.count(None, &client).unwrap_err();
        assert_eq!(refused.kind(), domain::ErrorKind::TooManyRequests);
        assert_eq!(refused.retry_after(), Some(left.wait));
        assert!((1..=30).contains(&left.wait), "{left:?}");
        assert!(rates.count(None, &from("192.0.2.2")).is_ok(), "others go on");
    }

    #[test]
    fn a_network_of_version_6_is_one_caller() {
        let rates = rates();
        assert!(rates.count(None, &from("2001:db8::1")).is_ok());
        assert!(rates.count(None, &from("2001:db8::2")).is_ok());
        assert!(rates.count(None, &from("2001:db8::3")).is_err());
        assert!(rates.count(None, &from("2001:db8:0:1::3")).is_ok());
    }
}
