//! Jobs: runs of the autograder, as people see and steer them; the scheduler that runs them.

mod attempt;
mod facts;
mod log_tail;
mod scheduler;

pub use scheduler::Scheduler;

use domain::{JobId, PackageRef, account::Permission, job::Job, listing::Page, refs::RevisionSpec};

use crate::{
    Actor, Error, Paging, Registry, Result,
    catalog::{self, Conn, audit::Action, jobs::StoredJob, transact},
    cursor, now,
    packages::{find, locate},
};

/// How many jobs a page holds.
const JOBS: usize = 20;

impl Registry {
    /// The jobs of a package, newest first.
    ///
    /// # Errors
    /// Not found when there is no such package; invalid when the cursor is damaged.
    pub async fn jobs(&self, actor: &Actor, package: &PackageRef, paging: Paging<'_>) -> Result<Page<Job>> {
        actor.require(Permission::Search)?;
        let (before, size) = (paging.after()?, paging.size(JOBS));
        let mut conn = self.0.catalog.read().await?;
        let stored = find(&mut conn, actor, package).await?;
        let jobs = catalog::jobs::of_package(&mut conn, stored.id, before, size as u32 + 1).await?;
        cursor::page(jobs.into_iter().map(|stored| stored.job).collect(), size, |job| job.id)
    }

    /// One job, as it stands now.
    ///
    /// # Errors
    /// Not found when there is none.
    pub async fn job(&self, actor: &Actor, id: JobId) -> Result<Job> {
        actor.require(Permission::Search)?;
        let mut conn = self.0.catalog.read().await?;
        Ok(visible_job(&mut conn, actor, id).await?.0.job)
    }

    /// Queues a new job on a revision; when one is queued or running there, that one is the answer.
    ///
    /// # Errors
    /// Not found when there is no such package or revision; forbidden without the right to write.
    pub async fn score_again(&self, actor: &Actor, package: &PackageRef, at: &RevisionSpec) -> Result<Job> {
        actor.require_identity()?;
        let moment = now();
        let job = transact!(self.0.catalog, async |conn| {
            let (stored, revision) = locate(conn, actor, package, at).await?;
            actor.require_write(&stored.package.namespace)?;
            if catalog::jobs::queue(conn, stored.id, revision.seq, moment).await? {
                let object = format!("{}/{}@{}", stored.package.kind, stored.package, revision.summary.id);
                catalog::audit::record(conn, actor.name(), actor.client(), Action::QueueJob, &object, moment).await?;
            }
            catalog::jobs::newest(conn, revision.seq).await?.ok_or_else(|| Error::not_found("The job"))
        })?;
        self.0.job_queued.notify_one();
        Ok(job.job)
    }

    /// Stops a job: a queued one at once, a running one within seconds.
    ///
    /// # Errors
    /// Conflict when it is finished already; not found when there is none; forbidden without the right to write.
    pub async fn cancel_job(&self, actor: &Actor, id: JobId) -> Result<Job> {
        actor.require_identity()?;
        let at = now();
        transact!(self.0.catalog, async |conn| {
            let (_, package) = visible_job(conn, actor, id).await?;
            actor.require_write(&package.namespace)?;
            if !catalog::jobs::cancel(conn, id, at).await? {
                return Err(Error::conflict("The job is finished already: there is nothing to cancel."));
            }
            catalog::audit::record(conn, actor.name(), actor.client(), Action::CancelJob, &id.to_string(), at).await?;
            Ok(visible_job(conn, actor, id).await?.0.job)
        })
    }
}

/// A job on a package that the actor may find, and the package.
async fn visible_job(conn: &mut Conn, actor: &Actor, id: JobId) -> Result<(StoredJob, PackageRef)> {
    if let Some(job) = catalog::jobs::get(conn, id).await? {
        let package = catalog::packages::get(conn, job.package).await?;
        if actor.may_find(&package) && !catalog::removal::is_deleted(conn, job.package).await? {
            return Ok((job, package.package));
        }
    }
    Err(actor.hidden("The job"))
}
