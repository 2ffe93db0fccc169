//! `…/versions`: refs and history.

use domain::{
    lifecycle::{AliasMove, AliasSummary},
    listing::{HistoryEntry, PackageDetail, Page, RefSummary, SHOWN_REFS},
    refs::RefKind,
};
use leptos::prelude::*;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::{
        packages,
        refs::{self, CreateBranch, CreateTag, DeleteBranch},
    },
    components::{
        alias_at::{AliasAnswer, AliasAt},
        aliases::{AliasActions, AliasHistory, AliasList, AliasRights},
        error_view::ErrorNotice,
        history::{History, RefTable},
        links::with_query,
        package_header::Tab,
        pagination::Pagination,
        ref_forms::{BranchForms, VersionForm},
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
    create_tag: ServerAction<CreateTag>,
    create_branch: ServerAction<CreateBranch>,
    delete_branch: ServerAction<DeleteBranch>,
}

impl Actions {
    fn new() -> Self {
        Self {
            aliases: AliasActions::new(),
            create_tag: ServerAction::new(),
            create_branch: ServerAction::new(),
            delete_branch: ServerAction::new(),
        }
    }

    /// Changes with every step that was taken: what was loaded before is out of date.
    fn steps(self) -> usize {
        let branches = self.create_branch.version().get() + self.delete_branch.version().get();
        self.aliases.steps() + self.create_tag.version().get() + branches
    }
}

/// The names that point at revisions, and all revisions. With `?alias=` the moves of that alias, and with `&on=` where it pointed on
/// that day.
#[component]
pub fn VersionsPage() -> impl IntoView {
    let target = use_target(RevisionIn::Nowhere);
    let (cursor, alias, on) = (query_param("cursor"), query_param("alias"), query_param("on"));
    let after = query_param("aliases");
    let actions = Actions::new();
    let steps = Memo::new(move |_| actions.steps());
    let detail = load(move || (target.get(), steps.get()), |(target, _)| load_package(target));
    let aliases = load(move || (target.get(), after.get(), steps.get()), |(target, after, _)| load_aliases(target, after));
    let moves = load(
        move || (target.get(), alias.get(), cursor.get(), steps.get()),
        |(target, alias, cursor, _)| load_moves(target, alias, cursor),
    );
    let then = load(
        move || (target.get(), alias.get(), on.get()),
        |(target, alias, on)| async move { Ok(load_then(target, alias, on).await) },
    );
    let history = load(
        move || (target.get(), cursor.get(), alias.get(), steps.get()),
        |(target, cursor, alias, _)| load_history(target, if alias.is_empty() { cursor } else { String::new() }),
    );
    once_loaded(move || async move {
        let (detail, aliases, moves, history) = (detail.await, aliases.await, moves.await, history.await);
        let then = Then { asked: on.get_untracked(), answer: then.await.ok().flatten() };
        let (is_first, alias) = (cursor.with_untracked(String::is_empty), alias.get_untracked());
        framed(Tab::Versions, detail, |detail| {
            if alias.is_empty() {
                let aliases = aliases.map(|page| (page, after.with_untracked(String::is_empty)));
                view! { <Versions detail aliases history is_first actions/> }.into_any()
            } else {
                view! { <Moves detail alias moves then is_first/> }.into_any()
            }
        })
    })
}

async fn load_history(target: Target, cursor: String) -> Result<Page<HistoryEntry>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    packages::history(kind, namespace, name, some(&cursor)).await
}

async fn load_aliases(target: Target, after: String) -> Result<Page<AliasSummary>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    refs::aliases(kind, namespace, name, some(&after)).await
}

async fn load_moves(target: Target, alias: String, cursor: String) -> Result<Page<AliasMove>, AppError> {
    if alias.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let (kind, namespace, name) = words(&target.package()?);
    refs::alias_history(kind, namespace, name, alias, some(&cursor)).await
}

/// Where the alias pointed on the day that is asked for; nothing when none is.
async fn load_then(target: Target, alias: String, on: String) -> Option<AliasAnswer> {
    if alias.is_empty() || on.is_empty() {
        return None;
    }
    let (kind, namespace, name) = match target.package() {
        Ok(package) => words(&package),
        Err(error) => return Some(Err(error)),
    };
    Some(refs::alias_at(kind, namespace, name, alias, on).await)
}

/// A page of the aliases, and whether it is the first.
type Aliases = (Page<AliasSummary>, bool);

/// What is asked about the past of an alias.
struct Then {
    asked: String,
    answer: Option<AliasAnswer>,
}

/// The moves of one alias.
#[component]
fn Moves(
    detail: PackageDetail,
    alias: String,
    moves: Result<Page<AliasMove>, AppError>,
    then: Then,
    is_first: bool,
) -> impl IntoView {
    let package = detail.package;
    let about = package.clone();
    let Then { asked, answer } = then;
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
        <section class="alias-history" aria-labelledby="moves-title">
            <h2 class="section-title" id="moves-title">"History of " <code>{alias.clone()}</code></h2>
            <p><a href=versions>"All versions and branches"</a></p>
            <AliasAt package=about alias asked answer/>
            {moves}
        </section>
    }
}

#[component]
fn Versions(
    detail: PackageDetail,
    aliases: Result<Aliases, AppError>,
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

/// Whether there may be more of these than are shown.
fn there_is_more(refs: &[RefSummary]) -> bool {
    refs.len() >= SHOWN_REFS as usize
}

#[component]
fn Refs(detail: PackageDetail, aliases: Result<Aliases, AppError>, actions: Actions) -> impl IntoView {
    let PackageDetail { package, refs, may_write, may_manage, .. } = detail;
    let of_kind = |kind: RefKind| refs.iter().filter(|reference| reference.kind == kind).cloned().collect::<Vec<_>>();
    let (branches, tags) = (of_kind(RefKind::Branch), of_kind(RefKind::Tag));
    let rights = AliasRights { write: may_write, manage: may_manage };
    let aliases = match aliases {
        Ok((page, is_first)) => {
            let address = Tab::Versions.address(&package, "");
            let next = page.next.map(|cursor| with_query(&address, &[("aliases", &cursor)]));
            view! {
                <AliasList package=package.clone() aliases=page.items rights actions=actions.aliases/>
                <Pagination what="the aliases" first=(!is_first).then_some(address) next/>
            }
            .into_any()
        }
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
    };
    let newest = tags.first().map(|tag| tag.name.clone());
    let versioned = package.clone();
    let tags = if tags.is_empty() {
        view! {
            <p class="muted">"No versions yet. Name one such as " <code>"1.0.0"</code> " when you upload, or give one to a revision that is here: it never moves."</p>
        }
        .into_any()
    } else {
        let rest = there_is_more(&tags).then(|| format!("The {SHOWN_REFS} highest are shown. The list of all is "));
        let list = format!("{}/tags", package.api());
        view! {
            <RefTable package=package.clone() refs=tags/>
            {rest.map(|rest| view! { <p class="muted">{rest} <code>{list}</code> "."</p> })}
        }
        .into_any()
    };
    let others = there_is_more(&branches).then(|| format!("{SHOWN_REFS} are shown. The list of all is "));
    let all_branches = format!("{}/branches", package.api());
    view! {
        <RefSuggestions refs/>
        <section aria-labelledby="aliases-title">
            <h2 class="section-title" id="aliases-title">"Aliases"</h2>
            {aliases}
        </section>
        <section aria-labelledby="tags-title">
            <h2 class="section-title" id="tags-title">"Versions"</h2>
            {tags}
            {may_write.then(|| view! { <VersionForm package=versioned newest create=actions.create_tag/> })}
        </section>
        <section aria-labelledby="branches-title">
            <h2 class="section-title" id="branches-title">"Branches"</h2>
            <RefTable package=package.clone() refs=branches.clone()/>
            {others.map(|others| view! { <p class="muted">{others} <code>{all_branches}</code> "."</p> })}
            {may_write.then(|| view! {
                <BranchForms package branches create=actions.create_branch delete=actions.delete_branch/>
            })}
        </section>
    }
}
