//! Idempotency keys: which request has one, whether its change happened, its sealed answer.

use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, optional_scalar, row};
use crate::{Error, Result, idempotency::KeyClaim};

/// What is known of a key that another request came under.
#[derive(FromRow)]
pub(crate) struct StoredKey {
    pub(crate) request_hash: Vec<u8>,
    pub(crate) took_effect: bool,
    pub(crate) answer: Option<Vec<u8>>,
}

/// Takes a key for a request: a new one, one from before `forget`, or one of the same request whose holder changed nothing since
/// `abandoned`. Nothing, when another has it: see [`get`].
pub(crate) async fn claim(
    conn: &mut Conn,
    claim: &KeyClaim,
    request_hash: &[u8],
    at: OffsetDateTime,
    abandoned: OffsetDateTime,
    forget: OffsetDateTime,
) -> Result<bool> {
    let claimed: Option<Uuid> = optional_scalar!(
        conn,
        "INSERT INTO idempotency_keys (key_hash, request_hash, claim, claimed_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (key_hash) DO UPDATE SET request_hash = excluded.request_hash, claim = excluded.claim,
            claimed_at = excluded.claimed_at, took_effect = FALSE, answer = NULL
         WHERE idempotency_keys.claimed_at < $6 OR (idempotency_keys.request_hash = excluded.request_hash
            AND NOT idempotency_keys.took_effect AND idempotency_keys.answer IS NULL AND idempotency_keys.claimed_at < $5)
         RETURNING claim",
        claim.key_hash.as_slice(),
        request_hash,
        claim.id,
        at,
        abandoned,
        forget
    )?;
    Ok(claimed.is_some())
}

/// What is known of a key.
pub(crate) async fn get(conn: &mut Conn, key_hash: &[u8]) -> Result<StoredKey> {
    Ok(row!(conn, "SELECT request_hash, took_effect, answer FROM idempotency_keys WHERE key_hash = $1", key_hash)?)
}

/// Notes, in the transaction of the change, that what was asked for happens now.
///
/// # Errors
/// Conflict when the key was taken over meanwhile: the change must not happen twice.
pub(crate) async fn take_effect(conn: &mut Conn, claim: &KeyClaim) -> Result<()> {
    let sql = "UPDATE idempotency_keys SET took_effect = TRUE WHERE key_hash = $1 AND claim = $2";
    if execute!(conn, sql, claim.key_hash.as_slice(), claim.id)? == 0 {
        return Err(Error::conflict("Another request with this Idempotency-Key came in between: ask again with the same key."));
    }
    Ok(())
}

/// Keeps the answer.
pub(crate) async fn keep_answer(conn: &mut Conn, claim: &KeyClaim, sealed: &[u8]) -> Result<()> {
    let sql = "UPDATE idempotency_keys SET answer = $3 WHERE key_hash = $1 AND claim = $2";
    execute!(conn, sql, claim.key_hash.as_slice(), claim.id, sealed)?;
    Ok(())
}

/// Gives a key back whose request changed nothing.
pub(crate) async fn release(conn: &mut Conn, claim: &KeyClaim) -> Result<()> {
    let sql = "DELETE FROM idempotency_keys WHERE key_hash = $1 AND claim = $2 AND NOT took_effect";
    execute!(conn, sql, claim.key_hash.as_slice(), claim.id)?;
    Ok(())
}

/// Forgets the keys that were claimed before this moment.
pub(crate) async fn sweep(conn: &mut Conn, before: OffsetDateTime) -> Result<()> {
    execute!(conn, "DELETE FROM idempotency_keys WHERE claimed_at < $1", before)?;
    Ok(())
}
