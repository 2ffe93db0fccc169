//! The audit record: who did what to which object, when, from where.

pub(crate) use domain::audit::Action;
use domain::{
    TokenId,
    audit::{AuditEntry, AuditFilter, AuditToken},
};
use sqlx::FromRow;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Conn, execute, idempotency, rows};
use crate::{Result, access::Client};

/// Adds a record, in the transaction of what it tells about. When the request came under an idempotency key, the key is marked
/// there, too.
///
/// # Errors
/// Conflict when the key was taken over by another request.
pub(crate) async fn record(
    conn: &mut Conn,
    actor: &str,
    client: &Client,
    action: Action,
    object: &str,
    at: OffsetDateTime,
) -> Result<()> {
    if let Some(claim) = &client.claim {
        idempotency::take_effect(conn, claim).await?;
    }
    execute!(
        conn,
        "INSERT INTO audit (at, actor, action, object, address, request_id, token_id) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        at,
        actor,
        action.as_str(),
        object,
        client.address.map(|address| address.to_string()),
        &client.request_id,
        client.token.map(|token| token.0)
    )?;
    Ok(())
}

#[derive(FromRow)]
struct AuditRow {
    id: i64,
    at: OffsetDateTime,
    actor: String,
    action: String,
    object: String,
    address: Option<String>,
    request_id: Option<String>,
    token_id: Option<Uuid>,
    token_name: Option<String>,
}

impl AuditRow {
    fn entry(self) -> AuditEntry {
        let Self { id, at, actor, action, object, address, request_id, token_id, token_name } = self;
        let token = token_id.map(|id| AuditToken { id: TokenId(id), name: token_name });
        AuditEntry { id, at, actor, action, object, address, token, request_id }
    }
}

// $1 what is looked for, $2 the entry before which they are, $3 the limit; unused ones are bound all the same
macro_rules! entries {
    ($filter:literal) => {
        concat!(
            "SELECT audit.id, audit.at, audit.actor, audit.action, audit.object, audit.address, audit.request_id, audit.token_id,
                    tokens.name AS token_name
             FROM audit LEFT JOIN tokens ON tokens.id = audit.token_id
             WHERE ",
            $filter,
            " AND audit.id < $2 ORDER BY audit.id DESC LIMIT $3"
        )
    };
}

/// Records, newest first, older than `before`.
pub(crate) async fn list(conn: &mut Conn, filter: &AuditFilter, before: Option<i64>, limit: u32) -> Result<Vec<AuditEntry>> {
    let (sql, value) = match filter {
        AuditFilter::All => (entries!("$1 = ''"), ""),
        AuditFilter::Actor(actor) => (entries!("audit.actor = $1"), actor.as_str()),
        AuditFilter::Action(action) => (entries!("audit.action = $1"), action.as_str()),
        AuditFilter::Object(object) => (entries!("audit.object = $1"), object.as_str()),
    };
    let rows: Vec<AuditRow> = rows!(conn, sql, value, before.unwrap_or(i64::MAX), i64::from(limit))?;
    Ok(rows.into_iter().map(AuditRow::entry).collect())
}
