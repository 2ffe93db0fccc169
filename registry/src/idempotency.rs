//! Requests that may be sent twice and happen once: who repeats one under the same key gets the answer of the first.
//!
//! After the draft “The Idempotency-Key HTTP Header Field” of the IETF. The change marks the key in its own transaction
//! (`catalog/audit.rs`), so a request that broke off is known to have happened or not, even when the server was killed.

use domain::ErrorKind;
use sha2::{Digest as _, Sha256};
use time::Duration;
use uuid::Uuid;

use crate::{
    Actor, Error, Registry, Result,
    catalog::{self, transact},
    now,
};

/// How long a key is remembered.
const MEMORY: Duration = Duration::days(1);
/// A request that has changed nothing after this time is taken for broken off, and its key may be taken over.
const ABANDONED: Duration = Duration::minutes(1);
/// The longest key.
const MAX_KEY: usize = 255;

/// The hold of a request on its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyClaim {
    pub(crate) key_hash: [u8; 32],
    pub(crate) id: Uuid,
}

/// What a request finds that comes under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// It is the first: it may go on, as [`Actor::under`] this claim.
    First(KeyClaim),
    /// It was answered before, with this.
    Answered(Vec<u8>),
}

impl Registry {
    /// Takes a key for a request. The keys of users are apart from each other, and so are those of their sessions and of each of their
    /// tokens: an answer may hold what a token of fewer rights would not have been told.
    ///
    /// # Errors
    /// Unauthenticated when nobody is signed in; invalid when the key is none (1 to 255 visible ASCII characters) or another
    /// request came under it; conflict when that request is under way, or happened and its answer was lost.
    pub async fn claim_key(&self, actor: &Actor, key: &str, request: &[u8]) -> Result<Claimed> {
        actor.require_identity()?;
        if !(1..=MAX_KEY).contains(&key.len()) || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            let message = format!("An Idempotency-Key has 1 to {MAX_KEY} visible characters: take a random UUID.");
            return Err(Error::new(ErrorKind::Invalid, message));
        }
        let user = actor.user_id().map(|user| user.0).unwrap_or_default();
        let token = actor.token_id().map(|token| token.0).unwrap_or_default();
        let key_hash = Sha256::new().chain_update(user).chain_update(token).chain_update(key).finalize().into();
        let claim = KeyClaim { key_hash, id: Uuid::now_v7() };
        let request_hash = Sha256::digest(request);
        let earlier = transact!(self.0.catalog, async |conn| {
            let at = now();
            if catalog::idempotency::claim(conn, &claim, &request_hash, at, at - ABANDONED, at - MEMORY).await? {
                return Ok(None);
            }
            catalog::idempotency::get(conn, &claim.key_hash).await.map(Some)
        })?;
        let Some(earlier) = earlier else { return Ok(Claimed::First(claim)) };
        if earlier.request_hash != request_hash.as_slice() {
            let message = "Another request came under this Idempotency-Key: every request needs a key of its own.";
            return Err(Error::new(ErrorKind::Invalid, message));
        }
        match earlier.answer {
            Some(sealed) => self.0.signer.unseal(key, &sealed).map(Claimed::Answered),
            None if earlier.took_effect => Err(Error::conflict(
                "The request with this Idempotency-Key took effect, but its answer is not there (yet): ask again, or look for what it made.",
            )),
            None => Err(Error::conflict(
                "A request with this Idempotency-Key is under way, or broke off within the last minute: ask again in a minute.",
            )),
        }
    }

    /// Keeps the answer for who asks again under the key. It may hold secrets: it is sealed with the key, which is not kept.
    ///
    /// # Errors
    /// Unavailable when the catalog is.
    pub async fn keep_answer(&self, claim: &KeyClaim, key: &str, answer: &[u8]) -> Result<()> {
        let sealed = self.0.signer.seal(key, answer)?;
        transact!(self.0.catalog, async |conn| { catalog::idempotency::keep_answer(conn, claim, &sealed).await })
    }

    /// Gives the key of a request back that was refused: corrected, it may come again at once.
    ///
    /// # Errors
    /// Unavailable when the catalog is.
    pub async fn release_key(&self, claim: &KeyClaim) -> Result<()> {
        transact!(self.0.catalog, async |conn| { catalog::idempotency::release(conn, claim).await })
    }

    pub(crate) async fn sweep_keys(&self) -> Result<()> {
        transact!(self.0.catalog, async |conn| { catalog::idempotency::sweep(conn, now() - MEMORY).await })
    }
}
