//! A run of the autograder, live while it runs.

use domain::{
    PackageRef,
    job::{Job, JobState, MAX_ATTEMPTS},
    units,
};
use leptos::prelude::*;

use super::{error_view::ErrorNotice, job_watch, moment::Moment, package_header::Tab};
use crate::{api::jobs::CancelJob, error::failure_of};

/// The state of a job, on a chip.
#[component]
pub fn StateChip(
    /// The state.
    state: JobState,
) -> impl IntoView {
    let (word, class) = match state {
        JobState::Queued => ("Queued", "chip state-queued"),
        JobState::Running => ("Running", "chip chip-accent state-running"),
        JobState::Succeeded => ("Succeeded", "chip chip-good"),
        JobState::Failed => ("Failed", "chip chip-poor"),
        JobState::Cancelled => ("Cancelled", "chip"),
    };
    view! { <span class=class>{word}</span> }
}

/// A job: its state, when what happened, why it failed, the end of its log. Follows a job that has not ended.
#[component]
pub fn JobCard(
    /// The package whose revision is scored.
    package: PackageRef,
    /// The job, as it stood when the page was made.
    job: Job,
    /// Whether the acting user may cancel it.
    may_cancel: bool,
    /// Called when it has ended while it was shown.
    ended: Callback<()>,
) -> impl IntoView {
    let (id, revision) = (job.id.to_string(), job.revision);
    let job = RwSignal::new(job);
    job_watch::watch(job, ended);
    let is_open = Memo::new(move |_| job.with(|job| !job.state.is_final()));
    let cancel_id = id.clone();
    view! {
        <article class="job panel" aria-label=format!("Job {}", &id[..8])>
            <div class="job-head">
                <p role="status">{move || view! { <StateChip state=job.with(|job| job.state)/> }}</p>
                <p class="job-title">
                    "Scoring of " <a class="mono" href=Tab::Overview.address(&package, &revision.to_hex())>{revision.short()}</a>
                </p>
                {move || (may_cancel && is_open.get()).then(|| view! { <CancelForm id=cancel_id.clone() job/> })}
            </div>
            {move || is_open.get().then(|| view! { <progress aria-label="Scoring"></progress> })}
            <p class="job-times">{move || job.with(times)}</p>
            {move || job.with(|job| job.error.clone()).map(|error| view! { <p class="job-error">{error}</p> })}
            <Log job/>
        </article>
    }
}

/// What happened when, in one line.
fn times(job: &Job) -> AnyView {
    let attempt = (job.attempt > 0).then(|| format!("Attempt {} of {MAX_ATTEMPTS}", job.attempt));
    let took = job.started_at.zip(job.finished_at).map(|(from, to)| format!("Took {}", units::duration(to - from)));
    view! {
        <span>"Queued " <Moment at=job.queued_at/></span>
        {job.started_at.map(|at| view! { <span>"Started " <Moment at/></span> })}
        {job.finished_at.map(|at| view! { <span>"Finished " <Moment at/></span> })}
        {took.map(|took| view! { <span>{took}</span> })}
        {attempt.map(|attempt| view! { <span>{attempt}</span> })}
    }
    .into_any()
}

#[component]
fn Log(job: RwSignal<Job>) -> impl IntoView {
    // open while it is written, folded away once the scores tell the rest; a failure is read in the log
    let is_open = job.with_untracked(|job| job.state != JobState::Succeeded);
    let has_log = Memo::new(move |_| job.with(|job| !job.log_tail.is_empty()));
    move || {
        has_log.get().then(|| {
            view! {
                <details class="job-log" open=is_open>
                    <summary>"Log"</summary>
                    <pre class="command" tabindex="0" role="region" aria-label="End of the log">{move || job.with(|job| job.log_tail.clone())}</pre>
                </details>
            }
        })
    }
}

/// Cancelling takes two steps, with and without JavaScript: unfold, then confirm.
#[component]
fn CancelForm(id: String, job: RwSignal<Job>) -> impl IntoView {
    let cancel = ServerAction::<CancelJob>::new();
    let answer = cancel.value();
    Effect::new(move |_| {
        if let Some(Ok(now)) = answer.get() {
            job.try_set(now);
        }
    });
    let requested = move || cancel.pending().get() || job.with(|job| job.cancel_requested);
    let failure = failure_of(answer);
    view! {
        <details class="menu">
            <summary class="button button-small">{move || if requested() { "Stopping …" } else { "Cancel" }}</summary>
            <div class="menu-body menu-body-text">
                <p>"What it has found so far is not kept. It can be scored again at any time."</p>
                <ActionForm action=cancel>
                    <input type="hidden" name="id" value=id/>
                    <button type="submit" class="button button-small button-danger" disabled=requested>"Cancel the job"</button>
                </ActionForm>
            </div>
        </details>
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
    }
}
