//! The audit record: who did what to which object, when, from where.

use time::OffsetDateTime;

use super::{Conn, execute};
use crate::{Result, access::Client};

/// What is recorded. The words are stable: people search for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    SignIn,
    SignInRefused,
    SignOut,
    CreateUser,
    CreateToken,
    RevokeToken,
    CommitRevision,
    AbortUpload,
    DownloadFile,
    DownloadArchive,
    QueueJob,
    CancelJob,
}

impl Action {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::SignInRefused => "sign_in_refused",
            Self::SignOut => "sign_out",
            Self::CreateUser => "create_user",
            Self::CreateToken => "create_token",
            Self::RevokeToken => "revoke_token",
            Self::CommitRevision => "commit_revision",
            Self::AbortUpload => "abort_upload",
            Self::DownloadFile => "download_file",
            Self::DownloadArchive => "download_archive",
            Self::QueueJob => "queue_job",
            Self::CancelJob => "cancel_job",
        }
    }
}

/// Adds a record, in the transaction of what it tells about.
pub(crate) async fn record(
    conn: &mut Conn,
    actor: &str,
    client: &Client,
    action: Action,
    object: &str,
    at: OffsetDateTime,
) -> Result<()> {
    execute!(
        conn,
        "INSERT INTO audit (at, actor, action, object, address, request_id) VALUES ($1, $2, $3, $4, $5, $6)",
        at,
        actor,
        action.as_str(),
        object,
        client.address.map(|address| address.to_string()),
        &client.request_id
    )?;
    Ok(())
}
