//! Reading the audit record at the command line.

use domain::{
    audit::{AuditEntry, AuditFilter},
    units,
};
use registry::{Actor, Registry};

use super::{Failure, open, say, say_json};
use crate::{cli::Audit, config::Config};

/// Tells the newest entries that fit.
pub(super) async fn list(config: &Config, arguments: &Audit) -> Result<(), Failure> {
    let filter = match (&arguments.actor, arguments.action, &arguments.object) {
        (Some(actor), _, _) => AuditFilter::parse("actor", actor)?,
        (_, Some(action), _) => AuditFilter::Action(action),
        (_, _, Some(object)) => AuditFilter::parse("object", object)?,
        (None, None, None) => AuditFilter::All,
    };
    let registry = open(config).await?;
    let entries = newest(&registry, &filter, arguments.limit).await;
    registry.close().await;
    let entries = entries?;
    if arguments.json {
        return say_json(&entries);
    }
    entries.iter().try_for_each(|entry| say(told(entry)))
}

async fn newest(registry: &Registry, filter: &AuditFilter, limit: usize) -> Result<Vec<AuditEntry>, registry::Error> {
    let (mut entries, mut cursor) = (Vec::new(), None);
    loop {
        let page = registry.audit(&Actor::operator(), filter, cursor.as_deref().into()).await?;
        entries.extend(page.items);
        cursor = page.next;
        if cursor.is_none() || entries.len() >= limit {
            entries.truncate(limit);
            return Ok(entries);
        }
    }
}

fn told(AuditEntry { at, actor, action, object, address, token, request_id, .. }: &AuditEntry) -> String {
    let moment = units::moment(*at);
    let token = token.as_ref().map(|token| match &token.name {
        Some(name) => format!(" with the token “{name}”"),
        None => format!(" with the token {}", token.id),
    });
    let address = address.as_ref().map(|address| format!(" from {address}"));
    let request = request_id.as_ref().map(|id| format!(" ({id})"));
    let rest: String = [token, address, request].into_iter().flatten().collect();
    format!("{moment}  {actor}  {action}  {object}{rest}")
}
