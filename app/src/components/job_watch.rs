//! Following a job until it ends.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::job::Job;
use leptos::{prelude::*, task::spawn_local};

use crate::{api::jobs, platform};

/// Between two questions, in milliseconds.
const INTERVAL: u32 = 1000;
/// The longest wait while the registry cannot be reached, in milliseconds.
const LONGEST_WAIT: u32 = 30_000;

/// Keeps `job` up to date until it is final, then calls `ended` once. In the browser only; it stops with the component that
/// called it, rests while the page is hidden, and outlasts lost connections.
pub fn watch(job: RwSignal<Job>, ended: Callback<()>) {
    let alive = Arc::new(AtomicBool::new(true));
    on_cleanup({
        let alive = Arc::clone(&alive);
        move || alive.store(false, Ordering::Relaxed)
    });
    Effect::new(move |_| {
        if !job.with_untracked(|job| job.state.is_final()) {
            spawn_local(follow(job, ended, Arc::clone(&alive)));
        }
    });
}

async fn follow(job: RwSignal<Job>, ended: Callback<()>, alive: Arc<AtomicBool>) {
    let Some(id) = job.try_with_untracked(|job| job.id.to_string()) else { return };
    let mut failures = 0;
    loop {
        platform::sleep(wait(failures)).await;
        if !alive.load(Ordering::Relaxed) {
            return;
        }
        if platform::is_hidden() {
            continue;
        }
        match jobs::job(id.clone()).await {
            Ok(now) => {
                failures = 0;
                let is_final = now.state.is_final();
                if job.try_get_untracked().is_some_and(|before| before != now) {
                    job.try_set(now);
                }
                if is_final && alive.load(Ordering::Relaxed) {
                    ended.run(());
                    return;
                }
            }
            Err(error) if error.kind.is_of_registry() => failures += 1,
            Err(_) => {
                // signed out, or the job is gone: the page is asked anew and says so
                if alive.load(Ordering::Relaxed) {
                    ended.run(());
                }
                return;
            }
        }
    }
}

/// How long to wait after some failures in a row, in milliseconds.
fn wait(failures: u32) -> u32 {
    INTERVAL.saturating_mul(1 << failures.min(10)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_limit() {
        assert_eq!([0, 1, 2, 5, 100].map(wait), [1000, 2000, 4000, 30_000, 30_000]);
    }
}
