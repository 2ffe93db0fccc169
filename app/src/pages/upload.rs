//! `/upload`: bringing a package in. The page shows the upload's state and gives its commands; the work is in
//! [`crate::upload`] and behind it.

/// The commands that fit what happens now.
pub mod controls;
/// The form: where the revision goes.
pub mod fields;
/// The files of the upload.
pub mod files;
/// Uploads that were begun and not finished.
pub mod open_uploads;
/// Choosing what is uploaded.
pub mod picker;
/// What was chosen, and how far it has come.
pub mod status;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_navigate;

use self::{fields::TargetForm, open_uploads::OpenUploads, picker::Picker, status::Status};
use crate::{
    api::uploads::{UploadOptions, upload_options},
    components::{empty::Command, error_view::ErrorView},
    loading::{load, once_loaded},
    pages::params::{query_param, some},
    upload::{
        engine::Engine,
        form::Form,
        state::{Phase, UploadState},
    },
};

/// How long the good news stay before the package's page is shown.
const GOOD_NEWS: std::time::Duration = std::time::Duration::from_millis(1200);

/// Choose, name, upload.
#[component]
pub fn UploadPage() -> impl IntoView {
    let options = load(|| (), |()| upload_options());
    view! {
        <Title text="Upload"/>
        {once_loaded(move || async move {
            match options.await {
                Err(error) => view! { <ErrorView error/> }.into_any(),
                Ok(options) => view! { <Desk options/> }.into_any(),
            }
        })}
    }
    .into_any()
}

/// The page for somebody who may upload.
#[component]
fn Desk(options: UploadOptions) -> impl IntoView {
    let state = UploadState::new(options.limits);
    let engine = Engine::new(state);
    let form = RwSignal::new(asked_for(&options));
    show_package_when_committed(state);
    view! {
        <div class="page-head">
            <h1>"Upload a package"</h1>
            <p class="lead">
                "Files are hashed in your browser, and only what the registry does not have is sent. An upload that was interrupted "
                "goes on where it stopped when you choose the same files again."
            </p>
        </div>
        <noscript>
            <div class="notice">
                <p>"Uploading from this page needs JavaScript. The command line does without, on the machine that runs the registry:"</p>
                <Command line="model-registry import FOLDER --name ns/name --version 1.0.0"/>
            </div>
        </noscript>
        <div class="upload">
            <div class="upload-source">
                <Picker state engine/>
                <Status state engine/>
            </div>
            <TargetForm state engine form options/>
        </div>
        <OpenUploads state form/>
        <p class="visually-hidden" role="status" aria-live="polite">{state.news}</p>
    }
    .into_any()
}

/// The form as the address asks for it (`/upload?kind=model&namespace=ns&name=n`); otherwise the person's own namespace.
fn asked_for(options: &UploadOptions) -> Form {
    let asked = |name| query_param(name).get_untracked();
    Form {
        kind: asked("kind").parse().unwrap_or_default(),
        namespace: some(&asked("namespace"))
            .filter(|asked| options.any_namespace || !options.are_all || options.namespaces.contains(asked))
            .or_else(|| options.namespaces.first().cloned())
            .unwrap_or_default(),
        name: some(&asked("name")),
        ..Form::default()
    }
}

fn show_package_when_committed(state: UploadState) {
    let navigate = use_navigate();
    let package = Memo::new(move |_| match state.phase.get() {
        Phase::Committed { package, .. } => Some(package.page()),
        Phase::Empty
        | Phase::Listing
        | Phase::Hashing
        | Phase::Ready
        | Phase::Beginning
        | Phase::Sending
        | Phase::Paused
        | Phase::Verifying { .. }
        | Phase::Stopped { .. } => None,
    });
    Effect::new(move |_| {
        let Some(page) = package.get() else { return };
        let navigate = navigate.clone();
        if let Ok(timer) = set_timeout_with_handle(move || navigate(&page, leptos_router::NavigateOptions::default()), GOOD_NEWS)
        {
            on_cleanup(move || timer.clear());
        }
    });
}
