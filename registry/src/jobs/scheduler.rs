//! The scheduler: claims queued jobs and runs them, as many at once as there are slots; tidies up in between.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task::JoinHandle, time::Instant};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::attempt::LEASE;
use crate::{
    Registry, Result,
    catalog::{self, jobs::StoredJob, transact},
    now,
};

/// How often the catalog is asked for jobs that another process queued, and for runners that died.
const TICK: Duration = Duration::from_secs(1);
/// How often abandoned uploads, and what crashes left, are swept.
const SWEEP: Duration = Duration::from_secs(600);
/// How often the sums of downloads are brought up to date.
const SUM: Duration = Duration::from_secs(60);

/// The running scheduler.
pub struct Scheduler {
    stop: CancellationToken,
    tasks: [JoinHandle<()>; 3],
}

impl Scheduler {
    /// Starts running the registry's jobs, and collecting its garbage.
    #[must_use]
    pub fn start(registry: Registry) -> Self {
        let stop = CancellationToken::new();
        let tasks = [
            tokio::spawn(registry.clone().collect_on_schedule(stop.clone())),
            tokio::spawn(registry.clone().tidy(stop.clone())),
            tokio::spawn(registry.schedule(stop.clone())),
        ];
        Self { stop, tasks }
    }

    /// Stops: what runs goes back to the queue.
    pub async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "the scheduler broke off");
            }
        }
    }
}

impl Registry {
    async fn schedule(self, stop: CancellationToken) {
        let slots = Arc::new(Semaphore::new(self.0.settings.job_slots.max(1)));
        let running = TaskTracker::new();
        // when the catalog was away, runners that live get the time to renew the leases that ran out meanwhile
        let mut reap_from = Instant::now();
        while !stop.is_cancelled() {
            if Instant::now() >= reap_from
                && let Err(error) = self.reap().await
            {
                error.log();
                reap_from = Instant::now() + LEASE.unsigned_abs();
            }
            if let Err(error) = self.start_jobs(&slots, &running, &stop).await {
                error.log();
                reap_from = Instant::now() + LEASE.unsigned_abs();
            }
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.0.job_queued.notified() => {}
                () = tokio::time::sleep(TICK) => {}
            }
        }
        running.close();
        running.wait().await;
    }

    /// What nobody waits for, and may take long: each goes on by itself, beside the jobs, and what a stop interrupts is gone on with
    /// after the next start.
    async fn tidy(self, stop: CancellationToken) {
        let chores = async { tokio::join!(self.keep_purging(), self.keep_sweeping(), self.keep_summing(), self.reindex()) };
        stop.run_until_cancelled(chores).await;
    }

    /// Sweeps abandoned uploads, what crashes left, and what is not recent any more, again and again.
    async fn keep_sweeping(&self) {
        loop {
            let chores = [
                self.sweep_uploads(now()).await.map(drop),
                self.sweep_jobs().await,
                self.sweep_keys().await,
                self.sweep_recent_words().await,
            ];
            for swept in chores {
                if let Err(error) = swept {
                    error.log();
                }
            }
            tokio::time::sleep(SWEEP).await;
        }
    }

    /// Brings the sums of downloads up to date, again and again.
    async fn keep_summing(&self) {
        loop {
            if let Err(error) = self.sum_downloads().await {
                error.log();
            }
            tokio::time::sleep(SUM).await;
        }
    }

    /// Takes the jobs of dead runners back.
    async fn reap(&self) -> Result<()> {
        let reaped = transact!(self.0.catalog, async |conn| { catalog::jobs::reap(conn, now()).await })?;
        if reaped > 0 {
            tracing::warn!(jobs = reaped, "jobs whose runner was gone were taken back");
        }
        Ok(())
    }

    /// Claims and starts jobs until there is none left or no slot.
    async fn start_jobs(&self, slots: &Arc<Semaphore>, running: &TaskTracker, stop: &CancellationToken) -> Result<()> {
        while let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
            let lease = Uuid::now_v7();
            let Some(job) = self.claim(lease).await? else { break };
            let (registry, stop) = (self.clone(), stop.clone());
            running.spawn(async move {
                registry.attempt(job, lease, &stop).await;
                drop(slot);
                registry.0.job_queued.notify_one();
            });
        }
        Ok(())
    }

    async fn claim(&self, lease: Uuid) -> Result<Option<StoredJob>> {
        transact!(self.0.catalog, async |conn| { catalog::jobs::claim(conn, lease, now(), now() + LEASE).await })
    }
}
