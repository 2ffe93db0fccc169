//! One run of an upload: begin, send what is missing, complete. Every run begins anew and finds what has arrived, so that
//! going on after a pause, a fault or a reload is all the same.

use domain::{
    ErrorKind, RevisionId, UploadId,
    lifecycle::Expected,
    refs::RefName,
    upload::{BeginUpload, UploadState as SessionState, UploadStatus},
};
use gloo_timers::future::TimeoutFuture;

use super::{
    connection::Connection,
    engine::{Chosen, Engine},
    transfer::Transfer,
};
use crate::{
    api::uploads::{begin_upload, complete_upload},
    error::AppError,
    upload::state::{Phase, Target},
};

/// How often is asked how far the registry's own check is, in milliseconds.
const VERIFYING_MS: u32 = 1000;

/// One run.
pub(super) struct Run<'a> {
    pub(super) engine: Engine,
    pub(super) chosen: &'a Chosen,
    pub(super) connection: &'a Connection,
    pub(super) target: &'a Target,
}

impl Run<'_> {
    /// Runs to the end. A blob whose content turned out wrong is sent once more.
    ///
    /// # Errors
    /// When the registry refuses something, or a file cannot be read any more: the message, for a person.
    pub(super) async fn finish(&self) -> Result<RevisionId, String> {
        let mut may_repeat = true;
        loop {
            let status = self.begin().await.map_err(|error| error.message)?;
            match status.state {
                SessionState::Committed { revision } => return Ok(revision),
                SessionState::Aborted => return Err("The upload was given up or has expired. Try again.".to_owned()),
                SessionState::Open | SessionState::Verifying { .. } => {}
            }
            self.engine.enter(Phase::Sending);
            let transfer = Transfer { upload: status.id, chosen: self.chosen, connection: self.connection };
            transfer.send(&status.missing).await?;
            match self.complete(status.id).await {
                Ok(revision) => return Ok(revision),
                Err(error) if may_repeat && matches!(error.kind, ErrorKind::Conflict | ErrorKind::Invalid) => may_repeat = false,
                Err(error) => return Err(error.message),
            }
        }
    }

    async fn begin(&self) -> Result<UploadStatus, AppError> {
        self.engine.enter(Phase::Beginning);
        let upload = BeginUpload {
            package: self.target.package.clone(),
            branch: RefName::default_branch(),
            version: Some(self.target.version.clone()),
            visibility: self.target.visibility,
            parent: Expected::Anything,
            message: self.target.message.clone(),
            files: self.chosen.files.clone(),
        };
        let status = self.connection.call(async || begin_upload(upload.clone()).await).await?;
        self.engine.begun(status.id);
        self.chosen.progress.borrow_mut().begun(&status.missing);
        Ok(status)
    }

    async fn complete(&self, id: UploadId) -> Result<RevisionId, AppError> {
        loop {
            let status = self.connection.call(async || complete_upload(id.to_string()).await).await?;
            match status.state {
                SessionState::Committed { revision } => return Ok(revision),
                SessionState::Verifying { done, total } => {
                    self.engine.enter(Phase::Verifying { done, total });
                    TimeoutFuture::new(VERIFYING_MS).await;
                }
                SessionState::Open => {
                    return Err(AppError::new(ErrorKind::Conflict, "Parts of the upload did not arrive. Try again."));
                }
                SessionState::Aborted => {
                    return Err(AppError::new(ErrorKind::NotFound, "The upload was given up or has expired. Try again."));
                }
            }
        }
    }
}
