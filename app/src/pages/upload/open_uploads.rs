//! Uploads that were begun and not finished, to be continued or discarded.

use domain::{listing::Page, units, upload::UploadStatus};
use leptos::prelude::*;

use crate::{
    api::uploads::{AbortUpload, open_uploads},
    components::{error_view::ErrorNotice, moment::Moment},
    error::failure_of,
    loading::{load, once_loaded},
    upload::{form::Form, state::UploadState},
};

/// The list; nothing when there are none, or while one of them runs on this page.
#[component]
pub fn OpenUploads(
    /// The upload of this page.
    state: UploadState,
    /// Where the names of one are filled in.
    form: RwSignal<Form>,
) -> impl IntoView {
    let discard = ServerAction::<AbortUpload>::new();
    let is_running = Memo::new(move |_| state.target.with(Option::is_some));
    let uploads = load(move || (discard.version().get(), is_running.get(), state.session.get()), |_| open_uploads(None));
    let others = move |uploads: Page<UploadStatus>| {
        let mine = state.session.get_untracked();
        uploads.items.into_iter().filter(|upload| Some(upload.id) != mine).collect::<Vec<_>>()
    };
    let failure = failure_of(discard.value());
    view! {
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
        {once_loaded(move || async move {
            match uploads.await.map(others) {
                Err(error) => view! { <ErrorNotice error/> }.into_any(),
                Ok(uploads) if uploads.is_empty() => ().into_any(),
                Ok(uploads) => view! { <List uploads form discard is_running/> }.into_any(),
            }
        })}
    }
    .into_any()
}

#[component]
fn List(
    uploads: Vec<UploadStatus>,
    form: RwSignal<Form>,
    discard: ServerAction<AbortUpload>,
    is_running: Memo<bool>,
) -> impl IntoView {
    view! {
        <section class="upload-open" aria-labelledby="upload-open-title" hidden=is_running>
            <h2 class="section-title" id="upload-open-title">"Unfinished uploads"</h2>
            <p class="muted">"Choose the same folder again to go on: only what is missing is sent."</p>
            <ul class="upload-open-list">
                {uploads.into_iter().map(|upload| view! { <Item upload form discard/> }).collect_view()}
            </ul>
        </section>
    }
    .into_any()
}

#[component]
fn Item(upload: UploadStatus, form: RwSignal<Form>, discard: ServerAction<AbortUpload>) -> impl IntoView {
    let UploadStatus { id, package, version, visibility, files, total_bytes, created_at, expires_at, .. } = upload;
    let version = version.map(|version| version.to_string());
    let title = format!("{package} {}", version.clone().unwrap_or_default());
    let named = title.clone();
    let size = format!("{}, {}", units::plural(files, "file"), units::bytes(total_bytes));
    let use_names = move |_| {
        form.update(|form| {
            form.kind = package.kind;
            form.namespace = package.namespace.to_string();
            form.name = Some(package.name.to_string());
            form.version = version.clone();
            form.visibility = visibility;
        });
    };
    view! {
        <li class="panel upload-open-item">
            <div>
                <h3>{title}</h3>
                <p class="muted">{size} ". Begun " <Moment at=created_at/> ", kept until " <Moment at=expires_at/> "."</p>
            </div>
            <div class="button-row">
                <button type="button" class="button button-small" on:click=use_names>
                    "Use these names" <span class="visually-hidden">": " {named.clone()}</span>
                </button>
                <details class="menu">
                    <summary class="button button-small">"Discard" <span class="visually-hidden">" " {named}</span></summary>
                    <div class="menu-body menu-body-text">
                        <p>"What has arrived is removed. This cannot be undone."</p>
                        <ActionForm action=discard>
                            <input type="hidden" name="id" value=id.to_string()/>
                            <button type="submit" class="button button-small button-danger" disabled=discard.pending()>
                                "Discard the upload"
                            </button>
                        </ActionForm>
                    </div>
                </details>
            </div>
        </li>
    }
    .into_any()
}
