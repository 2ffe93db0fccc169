//! `…`: the card and the facts.

use domain::{
    component::ComponentSize,
    listing::{Brief, Card, PackageDetail},
    refs::RefKind,
    units,
};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::{components, packages},
    components::{
        card::{CardBody, CardFacts},
        downloads::Downloads,
        empty::Empty,
        error_view::ErrorNotice,
        facts::Fact,
        findings,
        job_card::StateChip,
        moment::Moment,
        package_header::Tab,
        visibility::PackageVisibility,
    },
    error::AppError,
    loading::{load, once_loaded},
};

/// The first page of a package.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let target = use_target(RevisionIn::Query);
    let detail = load(move || target.get(), load_package);
    let card = load(move || target.get(), load_card);
    let brief = load(move || target.get(), load_brief);
    let sizes = load(move || target.get(), load_sizes);
    once_loaded(move || async move {
        let (detail, card, brief, sizes) = (detail.await, card.await, brief.await, sizes.await);
        framed(Tab::Overview, detail, |detail| view! { <Overview detail card brief sizes/> }.into_any())
    })
}

async fn load_card(target: Target) -> Result<Option<Card>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    packages::card(kind, namespace, name, target.at).await
}

async fn load_brief(target: Target) -> Result<Brief, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    packages::brief(kind, namespace, name, target.at).await
}

async fn load_sizes(target: Target) -> Result<Vec<ComponentSize>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    components::components(kind, namespace, name, target.at).await
}

#[component]
fn Overview(
    detail: PackageDetail,
    card: Result<Option<Card>, AppError>,
    brief: Result<Brief, AppError>,
    sizes: Result<Vec<ComponentSize>, AppError>,
) -> impl IntoView {
    let (body, facts) = match card {
        Ok(Some(card)) => {
            let facts = card.facts.clone();
            (view! { <CardBody card/> }.into_any(), facts)
        }
        Ok(None) => (view! { <NoCard/> }.into_any(), Vec::new()),
        Err(error) => (view! { <ErrorNotice error/> }.into_any(), Vec::new()),
    };
    let license = facts.iter().find(|fact| fact.name == "license").map(|fact| fact.values.join(", "));
    view! {
        <div class="overview">
            <section class="overview-card" aria-label="Model card">{body}</section>
            <aside class="overview-side" aria-label="About this revision">
                <Downloads detail=detail.clone() sizes=sizes.unwrap_or_default()/>
                <About detail license brief=brief.unwrap_or_default()/>
                <CardFacts facts/>
            </aside>
        </div>
    }
}

#[component]
fn NoCard() -> impl IntoView {
    view! {
        <Empty title="No card">
            <p>
                "A card tells others what this is for, how it was made and how to run it. Upload a revision with a " <code>"README.md"</code>
                " at its top: Markdown, with YAML front matter for licence, languages, data sets and metrics."
            </p>
        </Empty>
    }
}

#[component]
fn About(detail: PackageDetail, license: Option<String>, brief: Brief) -> impl IntoView {
    let PackageDetail { revision, refs, job, package, at, visibility, may_manage, facts, downloads, revision_downloads, .. } =
        detail;
    let version = refs.iter().find(|reference| reference.kind == RefKind::Tag && reference.revision == revision.id);
    let version = version.map(|reference| reference.name.clone());
    let license = license.or(brief.license);
    let verdict = findings::title(brief.verdict);
    let who_finds_it = view! { <PackageVisibility package=package.clone() visibility may_manage/> };
    view! {
        <section class="panel about" aria-labelledby="about-title">
            <h2 class="panel-title" id="about-title">"This revision"</h2>
            <dl class="facts">
                {version.map(|version| view! { <Fact name="Version"><span class="chip chip-mono chip-accent">{version}</span></Fact> })}
                <Fact name="Licence">{license.unwrap_or_else(|| "Not stated".to_owned())}</Fact>
                {facts.task.map(|task| view! { <Fact name="Task">{task}</Fact> })}
                {facts.library.map(|library| view! { <Fact name="Library">{library}</Fact> })}
                {brief.parameters.map(|count| view! { <Fact name="Parameters">{units::count(count)}</Fact> })}
                {brief.architecture.map(|name| view! { <Fact name="Architecture">{name}</Fact> })}
                <Fact name="Size">{units::bytes(revision.bytes)}</Fact>
                <Fact name="Files">{revision.files.to_string()}</Fact>
                <Fact name="Security">{verdict}</Fact>
                {job.map(|job| view! {
                    <Fact name="Scoring"><a href=Tab::Scores.address(&package, &at)><StateChip state=job.state/></a></Fact>
                })}
                <Fact name="Visibility">{who_finds_it}</Fact>
                <Fact name="Revision"><code title=revision.id.to_hex()>{revision.id.short()}</code></Fact>
                <Fact name="Author">{revision.author}</Fact>
                <Fact name="Added"><Moment at=revision.created_at/></Fact>
                <Fact name="Downloads">{units::count(revision_downloads)} " (all versions: " {units::count(downloads)} ")"</Fact>
                {(!revision.message.is_empty()).then(|| view! {
                    <div class="fact fact-stacked">
                        <dt>"What is new"</dt>
                        <dd class="revision-message">{revision.message}</dd>
                    </div>
                })}
            </dl>
        </section>
    }
}
