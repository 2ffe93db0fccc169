//! The revisions of a package, and the names that point at them.

use domain::{
    PackageRef,
    listing::{HistoryEntry, RefSummary},
    refs::RefKind,
    units,
};
use leptos::prelude::*;

use super::{
    job_card::StateChip, links::compare_address, moment::Moment, package_header::Tab, revision_picker::kind_word,
    score::ScoreBadge,
};

/// All names that point at revisions.
#[component]
pub fn RefTable(
    /// The package.
    package: PackageRef,
    /// The refs, newest versions first.
    refs: Vec<RefSummary>,
) -> impl IntoView {
    let rows = refs.into_iter().map(|reference| {
        view! {
            <tr>
                <th scope="row"><a class="mono" href=Tab::Overview.address(&package, &reference.name)>{reference.name.clone()}</a></th>
                <td><RefKindChip kind=reference.kind/></td>
                <td><code title=reference.revision.to_hex()>{reference.revision.short()}</code></td>
                <td class="fit"><Moment at=reference.updated_at/></td>
                <td class="fit">
                    <a class="button button-small" href=package.archive_url(&reference.name) download="">
                        "Zip" <span class="visually-hidden">" of " {reference.name.clone()}</span>
                    </a>
                </td>
            </tr>
        }
    });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Names">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Kind"</th>
                        <th scope="col">"Revision"</th>
                        <th scope="col">"Updated"</th>
                        <th scope="col">"Download"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn RefKindChip(kind: RefKind) -> impl IntoView {
    let class = match kind {
        RefKind::Branch | RefKind::Alias => "chip",
        RefKind::Tag => "chip chip-accent",
    };
    view! { <span class=class>{kind_word(kind)}</span> }
}

/// The revisions, newest first.
#[component]
pub fn History(
    /// The package.
    package: PackageRef,
    /// The revisions of this page of the history.
    entries: Vec<HistoryEntry>,
) -> impl IntoView {
    view! {
        <ol class="history">
            {entries.into_iter().map(|entry| view! { <HistoryItem package=package.clone() entry/> }).collect_view()}
        </ol>
    }
}

#[component]
fn HistoryItem(package: PackageRef, entry: HistoryEntry) -> impl IntoView {
    let HistoryEntry { revision, refs, job, score, downloads } = entry;
    let id = revision.id.to_hex();
    let message = if revision.message.is_empty() { "(no message)".to_owned() } else { revision.message };
    let names = refs.into_iter().map(|reference| {
        view! { <li><a class="chip chip-mono chip-accent" href=Tab::Overview.address(&package, &reference.name)>{reference.name.clone()}</a></li> }
    });
    let names: Vec<_> = names.collect();
    view! {
        <li class="history-item">
            <div class="history-text">
                <p class="history-message"><a href=Tab::Overview.address(&package, &id)>{message}</a></p>
                {(!names.is_empty()).then(|| view! { <ul class="chip-row">{names}</ul> })}
                <p class="muted">
                    <code title=id.clone()>{revision.id.short()}</code>
                    " by " {revision.author} " · " <Moment at=revision.created_at/> " · "
                    {units::plural(revision.files, "file")} ", " {units::bytes(revision.bytes)}
                    {(downloads > 0).then(|| view! { " · " {units::plural(downloads, "download")} })}
                    {revision.parent.map(|parent| view! {
                        " · " <a href=compare_address(&package, &parent.to_hex(), &id, "")>
                            "Compare" <span class="visually-hidden">" " {revision.id.short()}</span> " with its parent"
                        </a>
                    })}
                </p>
            </div>
            {job.filter(|state| !state.is_final()).map(|state| view! { <StateChip state/> })}
            <a class="history-score" href=Tab::Scores.address(&package, &id)>
                <ScoreBadge score/>
                <span class="visually-hidden">"Scores of " {revision.id.short()}</span>
            </a>
        </li>
    }
}
