//! What was chosen, how far it has come, and what can be done about it.

use leptos::prelude::*;

use super::{
    controls::{Controls, WaitingNotice},
    files::Files,
};
use crate::upload::{
    engine::Engine,
    progress::Step,
    state::{Phase, UploadState},
    summary,
};

/// The panel about the upload; hidden before anything is chosen.
#[component]
pub fn Status(
    /// What is shown.
    state: UploadState,
    /// Takes the commands.
    engine: Engine,
) -> impl IntoView {
    let is_empty = Memo::new(move |_| state.phase.with(|phase| *phase == Phase::Empty));
    let heading = move || state.phase.with(summary::heading);
    let selection = move || state.selection.with(|selection| selection.as_ref().map(|s| (s.summary(), s.clutter_note())));
    view! {
        <section class="panel upload-status" hidden=is_empty aria-labelledby="upload-status-title">
            <h2 class="panel-title" id="upload-status-title">{heading}</h2>
            {move || selection().map(|(summary, clutter)| view! {
                <p class="upload-selection">{summary}</p>
                {clutter.map(|note| view! { <p class="muted">{note}</p> })}
            })}
            <Total state/>
            <WaitingNotice state engine/>
            <Outcome state/>
            <Controls state engine/>
            <Files progress=state.progress/>
        </section>
    }
    .into_any()
}

/// The progress of the whole.
#[component]
fn Total(state: UploadState) -> impl IntoView {
    let step = Memo::new(move |_| match state.phase.get() {
        Phase::Verifying { done, total } => Some(Step { done, total }),
        Phase::Hashing => Some(state.progress.with(|progress| progress.hashing)),
        Phase::Sending | Phase::Paused | Phase::Stopped { .. } => state.progress.with(|progress| progress.sending),
        Phase::Empty | Phase::Listing | Phase::Ready | Phase::Beginning | Phase::Committed { .. } => None,
    });
    let is_running = Memo::new(move |_| matches!(state.phase.get(), Phase::Hashing | Phase::Sending));
    let pace = move || is_running.get().then(|| state.progress.with(|progress| progress.pace())).flatten();
    let shown = move |step: Step| {
        view! {
            <progress class="upload-total" max="1000" value=step.thousandths() aria-labelledby="upload-status-title"></progress>
            <p class="upload-numbers"><span>{step.amount()}</span><span>{pace()}</span></p>
        }
    };
    view! {
        {move || step.get().map(shown)}
        {move || state.progress.with(|progress| progress.already_there_note()).map(|note| view! { <p class="muted">{note}</p> })}
    }
    .into_any()
}

/// How it ended, or why it does not go on.
#[component]
fn Outcome(state: UploadState) -> impl IntoView {
    move || {
        match state.phase.get() {
        Phase::Committed { package, revision } => view! {
            <div class="notice notice-good">
                <p>
                    <a href=package.page()>{package.full_name()}</a> " has a new revision, " <span class="mono">{revision.short()}</span>
                    ". It is being scored now."
                </p>
            </div>
        }
        .into_any(),
        Phase::Stopped { message } => view! {
            <div class="notice notice-poor" role="alert">
                <p>{message}</p>
            </div>
        }
        .into_any(),
        Phase::Empty
        | Phase::Listing
        | Phase::Hashing
        | Phase::Ready
        | Phase::Beginning
        | Phase::Sending
        | Phase::Paused
        | Phase::Verifying { .. } => ().into_any(),
    }
    }
}
