//! `…/scores`: every metric with its reasons.

use domain::{
    listing::{PackageDetail, Scores},
    report::Report,
    units,
};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::{jobs::ScoreAgain, packages},
    components::{
        empty::Empty, error_view::ErrorNotice, facts::FactsPanel, findings::Findings, job_card::JobCard, metric::MetricCard,
        package_header::Tab,
    },
    error::{AppError, failure_of},
    loading::{load, once_loaded},
};

/// The scores of a revision, and the job that makes them, live.
#[component]
pub fn ScoresPage() -> impl IntoView {
    let target = use_target(RevisionIn::Query);
    let again = ServerAction::<ScoreAgain>::new();
    let detail = load(move || target.get(), load_package);
    let scores = load(move || (target.get(), again.version().get()), |(target, _)| load_scores(target));
    // the badge at the head comes from the package
    let ended = Callback::new(move |()| {
        detail.refetch();
        scores.refetch();
    });
    once_loaded(move || async move {
        let (detail, scores) = (detail.await, scores.await);
        framed(Tab::Scores, detail, |detail| view! { <ScoresView detail scores again ended/> }.into_any())
    })
}

async fn load_scores(target: Target) -> Result<Scores, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    packages::scores(kind, namespace, name, target.at).await
}

#[component]
fn ScoresView(
    detail: PackageDetail,
    scores: Result<Scores, AppError>,
    again: ServerAction<ScoreAgain>,
    ended: Callback<()>,
) -> impl IntoView {
    let Scores { report, job } = match scores {
        Ok(scores) => scores,
        Err(error) => return view! { <ErrorNotice error/> }.into_any(),
    };
    let (package, may_write) = (detail.package.clone(), detail.may_write);
    let is_busy = job.as_ref().is_some_and(|job| !job.state.is_final());
    let job = job.map(|job| view! { <JobCard package job may_cancel=may_write ended/> });
    let report = match report {
        Some(report) => view! { <ReportView report/> }.into_any(),
        None if is_busy => view! { <p class="lead">"The scores appear here as soon as the job has finished."</p> }.into_any(),
        None => view! {
            <Empty title="No scores">
                <p>"No job has finished on this revision. What went wrong stands in the log of its last job."</p>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <div class="scores">
            {job}
            {(may_write && !is_busy).then(|| view! { <ScoreAgainForm detail again/> })}
            {report}
        </div>
    }
    .into_any()
}

#[component]
fn ScoreAgainForm(detail: PackageDetail, again: ServerAction<ScoreAgain>) -> impl IntoView {
    let (kind, namespace, name) = words(&detail.package);
    let answer = again.value();
    let failure = failure_of(answer);
    view! {
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
        <ActionForm action=again>
            <input type="hidden" name="kind" value=kind/>
            <input type="hidden" name="namespace" value=namespace/>
            <input type="hidden" name="name" value=name/>
            <input type="hidden" name="at" value=detail.at/>
            <button type="submit" class="button" disabled=again.pending()>"Score again"</button>
        </ActionForm>
    }
}

#[component]
fn ReportView(report: Report) -> impl IntoView {
    let took = units::duration(time::Duration::milliseconds(i64::try_from(report.latency_ms).unwrap_or(i64::MAX)));
    view! {
        <section aria-labelledby="metrics-title">
            <div class="section-head">
                <h2 class="section-title" id="metrics-title">"Metrics"</h2>
                <p class="muted">"Scored by autograder " {report.autograder} " in " {took}</p>
            </div>
            <ul class="metrics">{report.metrics.into_iter().map(|metric| view! { <MetricCard metric/> }).collect_view()}</ul>
        </section>
        <Findings verdict=report.verdict findings=report.findings/>
        <FactsPanel facts=report.facts/>
    }
}
