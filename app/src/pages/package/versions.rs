//! `…/versions`: refs and history.

use domain::{
    PackageRef,
    lifecycle::{AliasMove, AliasSummary},
    listing::{HistoryEntry, PackageDetail, Page, RefSummary},
    refs::{DEFAULT_BRANCH, RefKind},
};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::{
        packages,
        refs::{self, CreateBranch, DeleteBranch},
    },
    components::{
        aliases::{AliasActions, AliasHistory, AliasList, AliasRights},
        error_view::ErrorNotice,
        history::{History, RefTable},
        links::with_query,
        package_form::{Failures, PackageFields, TextField, failure},
        package_header::Tab,
        pagination::Pagination,
        revision_picker::RefSuggestions,
    },
    error::AppError,
    loading::{load, once_loaded},
    pages::params::{query_param, some},
};

/// What is done on this page.
#[derive(Clone, Copy)]
struct Actions {
    aliases: AliasActions,
    create_branch: ServerAction<CreateBranch>,
    delete_branch: ServerAction<DeleteBranch>,
}

/// The names that point at revisions, and all revisions. With `?alias=` the moves of that alias.
#[component]
pub fn VersionsPage() -> impl IntoView {
    let target = use_target(RevisionIn::Nowhere);
    let (cursor, alias) = (query_param("cursor"), query_param("alias"));
    let (create_branch, delete_branch) = (ServerAction::new(), ServerAction::new());
    let actions = Actions { aliases: AliasActions::new(), create_branch, delete_branch };
    let steps = Memo::new(move |_| actions.aliases.steps() + create_branch.version().get() + delete_branch.version().get());
    let detail = load(move || (target.get(), steps.get()), |(target, _)| load_package(target));
    let aliases = load(move || (target.get(), steps.get()), |(target, _)| load_aliases(target));
    let moves = load(
        move || (target.get(), alias.get(), cursor.get(), steps.get()),
        |(target, alias, cursor, _)| load_moves(target, alias, cursor),
    );
    let history = load(
        move || (target.get(), cursor.get(), alias.get()),
        |(target, cursor, alias)| load_history(target, if alias.is_empty() { cursor } else { String::new() }),
    );
    once_loaded(move || async move {
        let (detail, aliases, moves, history) = (detail.await, aliases.await, moves.await, history.await);
        let (is_first, alias) = (cursor.with_untracked(String::is_empty), alias.get_untracked());
        framed(Tab::Versions, detail, |detail| {
            if alias.is_empty() {
                view! { <Versions detail aliases history is_first actions/> }.into_any()
            } else {
                view! { <Moves detail alias moves is_first/> }.into_any()
            }
        })
    })
}

async fn load_history(target: Target, cursor: String) -> Result<Page<HistoryEntry>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    packages::history(kind, namespace, name, some(&cursor)).await
}

/// The first aliases: a package with more than a page of them is managed by programs.
async fn load_aliases(target: Target) -> Result<Vec<AliasSummary>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    refs::aliases(kind, namespace, name, None).await.map(|page| page.items)
}

async fn load_moves(target: Target, alias: String, cursor: String) -> Result<Page<AliasMove>, AppError> {
    if alias.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let (kind, namespace, name) = words(&target.package()?);
    refs::alias_history(kind, namespace, name, alias, some(&cursor)).await
}

/// The moves of one alias.
#[component]
fn Moves(detail: PackageDetail, alias: String, moves: Result<Page<AliasMove>, AppError>, is_first: bool) -> impl IntoView {
    let package = detail.package;
    let versions = Tab::Versions.address(&package, "");
    let address = with_query(&versions, &[("alias", &alias)]);
    let moves = match moves {
        Ok(page) => {
            let next = page.next.map(|cursor| with_query(&versions, &[("alias", &alias), ("cursor", &cursor)]));
            view! {
                <AliasHistory package moves=page.items/>
                <Pagination what="the moves" first=(!is_first).then_some(address) next/>
            }
            .into_any()
        }
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
    };
    view! {
        <section class="versions" aria-labelledby="moves-title">
            <h2 class="section-title" id="moves-title">"History of " <code>{alias}</code></h2>
            <p><a href=versions>"All versions and branches"</a></p>
            {moves}
        </section>
    }
}

#[component]
fn Versions(
    detail: PackageDetail,
    aliases: Result<Vec<AliasSummary>, AppError>,
    history: Result<Page<HistoryEntry>, AppError>,
    is_first: bool,
    actions: Actions,
) -> impl IntoView {
    let package = detail.package.clone();
    let address = Tab::Versions.address(&package, "");
    let history = match history {
        Ok(page) => {
            let next = page.next.map(|cursor| with_query(&address, &[("cursor", &cursor)]));
            view! {
                <History package entries=page.items/>
                <Pagination what="the history" first=(!is_first).then_some(address) next/>
            }
            .into_any()
        }
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
    };
    view! {
        <div class="versions">
            {is_first.then(|| view! { <Refs detail aliases actions/> })}
            <section aria-labelledby="history-title">
                <h2 class="section-title" id="history-title">"History"</h2>
                {history}
            </section>
        </div>
    }
}

#[component]
fn Refs(detail: PackageDetail, aliases: Result<Vec<AliasSummary>, AppError>, actions: Actions) -> impl IntoView {
    let PackageDetail { package, refs, may_write, may_manage, .. } = detail;
    let of_kind = |kind: RefKind| refs.iter().filter(|reference| reference.kind == kind).cloned().collect::<Vec<_>>();
    let (branches, tags) = (of_kind(RefKind::Branch), of_kind(RefKind::Tag));
    let rights = AliasRights { write: may_write, manage: may_manage };
    let aliases = match aliases {
        Ok(aliases) => view! { <AliasList package=package.clone() aliases rights actions=actions.aliases/> }.into_any(),
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
    };
    let tags = if tags.is_empty() {
        view! { <p class="muted">"No versions yet. Name one such as " <code>"1.0.0"</code> " when you upload: it never moves."</p> }.into_any()
    } else {
        view! { <RefTable package=package.clone() refs=tags/> }.into_any()
    };
    view! {
        <RefSuggestions refs/>
        <section aria-labelledby="aliases-title">
            <h2 class="section-title" id="aliases-title">"Aliases"</h2>
            {aliases}
        </section>
        <section aria-labelledby="tags-title">
            <h2 class="section-title" id="tags-title">"Versions"</h2>
            {tags}
        </section>
        <section aria-labelledby="branches-title">
            <h2 class="section-title" id="branches-title">"Branches"</h2>
            <RefTable package=package.clone() refs=branches.clone()/>
            {may_write.then(|| view! { <BranchForms package branches actions/> })}
        </section>
    }
}

#[component]
fn BranchForms(package: PackageRef, branches: Vec<RefSummary>, actions: Actions) -> impl IntoView {
    let Actions { create_branch, delete_branch, .. } = actions;
    let others: Vec<_> = branches.into_iter().map(|branch| branch.name).filter(|name| name != DEFAULT_BRANCH).collect();
    let made_in = package.clone();
    view! {
        <Failures failures=vec![failure(create_branch.value()), failure(delete_branch.value())]/>
        <div class="button-row alias-new">
            <details class="menu">
                <summary class="button button-small">"New branch"</summary>
                <div class="menu-body menu-body-text">
                    <ActionForm action=create_branch attr:class="form">
                        <PackageFields package=made_in/>
                        <TextField label="Name" name="branch"/>
                        <TextField label="From" name="from" value="main" list="refs-of-package"/>
                        <button type="submit" class="button button-small button-primary">"Make the branch"</button>
                    </ActionForm>
                </div>
            </details>
            {(!others.is_empty()).then(|| view! {
                <details class="menu">
                    <summary class="button button-small">"Delete a branch"</summary>
                    <div class="menu-body menu-body-text">
                        <p>"Its revisions stay in the history."</p>
                        <ActionForm action=delete_branch attr:class="form">
                            <PackageFields package/>
                            <label class="field">
                                <span class="field-label">"Branch"</span>
                                <select name="branch">
                                    {others.into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view()}
                                </select>
                            </label>
                            <button type="submit" class="button button-small button-danger">"Delete the branch"</button>
                        </ActionForm>
                    </div>
                </details>
            })}
        </div>
    }
}
