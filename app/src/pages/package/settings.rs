//! `…/settings`: renaming, deleting, and the way back.

use domain::{ErrorKind, PackageRef, lifecycle::DeletedPackage, listing::PackageDetail};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    framed,
    target::{RevisionIn, Target, load_package, use_target, words},
};
use crate::{
    api::lifecycle::{self, DeletePackage, ReleaseName, RenamePackage, UndeletePackage},
    components::{
        empty::Empty,
        moment::Moment,
        package_form::{Failures, PackageFields, TextField, failure},
        package_header::Tab,
        visibility::PackageVisibility,
    },
    error::AppError,
    loading::{load, once_loaded},
};

/// What becomes of a package; also the page of one that was deleted, for who may bring it back.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let target = use_target(RevisionIn::Nowhere);
    let delete = ServerAction::<DeletePackage>::new();
    // the page of what was deleted has the same address: it is loaded once more
    let is_done = Memo::new(move |_| delete.value().with(|answer| matches!(answer, Some(Ok(_)))));
    let detail = load(move || (target.get(), is_done.get()), |(target, _)| load_package(target));
    let deleted = load(move || (target.get(), is_done.get()), |(target, _)| load_deleted(target));
    once_loaded(move || async move {
        match (detail.await, deleted.await) {
            (Err(error), Ok(Some(deleted))) if error.kind == ErrorKind::NotFound => view! { <Deleted deleted/> }.into_any(),
            (detail, _) => framed(Tab::Settings, detail, |detail| view! { <Settings detail delete/> }.into_any()),
        }
    })
}

async fn load_deleted(target: Target) -> Result<Option<DeletedPackage>, AppError> {
    let (kind, namespace, name) = words(&target.package()?);
    lifecycle::deleted_package(kind, namespace, name).await
}

#[component]
fn Deleted(deleted: DeletedPackage) -> impl IntoView {
    let undelete = ServerAction::<UndeletePackage>::new();
    let DeletedPackage { package, deleted_at, deleted_by, purge_at, is_purging } = deleted;
    view! {
        <Title text=format!("Deleted · {package}")/>
        <Failures failures=vec![failure(undelete.value())]/>
        <Empty title=format!("{package} was deleted")>
            <p>"Deleted by " {deleted_by} " on " <Moment at=deleted_at/> ". It is removed for good on " <Moment at=purge_at/> "; its name stays taken until then."</p>
            {if is_purging {
                view! { <p>"It is being removed now: there is no way back."</p> }.into_any()
            } else {
                view! {
                    <ActionForm action=undelete>
                        <PackageFields package/>
                        <button type="submit" class="button button-primary">"Undelete"</button>
                    </ActionForm>
                }
                .into_any()
            }}
        </Empty>
    }
}

#[component]
fn Settings(detail: PackageDetail, delete: ServerAction<DeletePackage>) -> impl IntoView {
    if !detail.may_manage {
        return view! {
            <Empty title="Nothing to set here">
                <p>"Only those who manage the namespace " <code>{detail.package.namespace.to_string()}</code> " may rename or delete this package."</p>
            </Empty>
        }
        .into_any();
    }
    let package = detail.package;
    view! {
        <div class="settings">
            <section class="panel" aria-labelledby="visibility-title">
                <h2 class="panel-title" id="visibility-title">"Visibility"</h2>
                <PackageVisibility package=package.clone() visibility=detail.visibility may_manage=true/>
            </section>
            <Rename package=package.clone()/>
            <Release package=package.clone()/>
            <Delete package delete/>
        </div>
    }
    .into_any()
}

#[component]
fn Rename(package: PackageRef) -> impl IntoView {
    let rename = ServerAction::<RenamePackage>::new();
    view! {
        <section class="panel" aria-labelledby="rename-title">
            <h2 class="panel-title" id="rename-title">"Rename"</h2>
            <p>"Addresses with the old name lead to the new one, until the old name is released."</p>
            <Failures failures=vec![failure(rename.value())]/>
            <ActionForm action=rename attr:class="form">
                <PackageFields package=package.clone()/>
                <TextField label="Namespace" name="new_namespace" value=package.namespace.to_string()/>
                <TextField label="Name" name="new_name" value=package.name.to_string()/>
                <button type="submit" class="button">"Rename the package"</button>
            </ActionForm>
        </section>
    }
}

#[component]
fn Release(package: PackageRef) -> impl IntoView {
    let release = ServerAction::<ReleaseName>::new();
    let is_done = move || release.value().with(|answer| matches!(answer, Some(Ok(()))));
    view! {
        <section class="panel" aria-labelledby="release-title">
            <h2 class="panel-title" id="release-title">"Release a former name"</h2>
            <p>"Addresses with that name lead nowhere from then on, and another package may take it."</p>
            <Failures failures=vec![failure(release.value())]/>
            <div aria-live="polite">{move || is_done().then(|| view! { <p class="notice notice-good">"The name is free now."</p> })}</div>
            <details>
                <summary class="button button-small">"Release …"</summary>
                <ActionForm action=release attr:class="form">
                    <input type="hidden" name="kind" value=package.kind.as_str()/>
                    <TextField label="Former namespace" name="namespace" value=package.namespace.to_string()/>
                    <TextField label="Former name" name="name"/>
                    <button type="submit" class="button button-danger">"Release the name"</button>
                </ActionForm>
            </details>
        </section>
    }
}

#[component]
fn Delete(package: PackageRef, delete: ServerAction<DeletePackage>) -> impl IntoView {
    let full_name = package.full_name();
    view! {
        <section class="panel" aria-labelledby="delete-title">
            <h2 class="panel-title" id="delete-title">"Delete"</h2>
            <p>
                "Nobody can find the package any more. For a while it can be brought back, here and on the page of its namespace; then it is "
                "removed for good."
            </p>
            <Failures failures=vec![failure(delete.value())]/>
            <details>
                <summary class="button button-small">"Delete …"</summary>
                <ActionForm action=delete attr:class="form">
                    <p>"Type the full name, " <code>{full_name}</code> ", to confirm."</p>
                    <PackageFields package/>
                    <TextField label="Full name" name="confirmation"/>
                    <button type="submit" class="button button-danger">"Delete the package"</button>
                </ActionForm>
            </details>
        </section>
    }
}
