//! The commands that fit what happens now.

use leptos::prelude::*;

use crate::upload::{
    engine::Engine,
    state::{Phase, UploadState},
};

/// Which commands are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Offer {
    pause: bool,
    resume: bool,
    choose_again: bool,
    cancel: bool,
}

impl Offer {
    const fn of(phase: &Phase, has_session: bool) -> Self {
        let nothing = Self { pause: false, resume: false, choose_again: false, cancel: false };
        match phase {
            Phase::Empty | Phase::Committed { .. } | Phase::Verifying { .. } => nothing,
            Phase::Listing | Phase::Hashing | Phase::Ready => Self { choose_again: true, ..nothing },
            Phase::Beginning => Self { cancel: true, ..nothing },
            Phase::Sending => Self { pause: true, cancel: true, ..nothing },
            Phase::Paused => Self { resume: true, cancel: true, ..nothing },
            Phase::Stopped { .. } => Self { choose_again: true, cancel: has_session, ..nothing },
        }
    }
}

/// Pause, go on, choose again, cancel.
#[component]
pub fn Controls(
    /// What is shown.
    state: UploadState,
    /// Takes the commands.
    engine: Engine,
) -> impl IntoView {
    let offer = Memo::new(move |_| state.phase.with(|phase| Offer::of(phase, state.session.with(Option::is_some))));
    view! {
        <div class="button-row upload-controls">
            {move || {
                let offer = offer.get();
                view! {
                    {offer.pause.then(|| view! { <button type="button" class="button" on:click=move |_| engine.pause()>"Pause"</button> })}
                    {offer.resume.then(|| view! {
                        <button type="button" class="button button-primary" on:click=move |_| engine.resume()>"Resume"</button>
                    })}
                    {offer.choose_again.then(|| view! {
                        <button type="button" class="button" on:click=move |_| engine.forget()>"Choose something else"</button>
                    })}
                    {offer.cancel.then(|| view! { <Cancel engine/> })}
                }
            }}
        </div>
    }
    .into_any()
}

/// Cancelling takes two steps: unfold, then confirm.
#[component]
fn Cancel(engine: Engine) -> impl IntoView {
    view! {
        <details class="menu">
            <summary class="button">"Cancel"</summary>
            <div class="menu-body menu-body-text">
                <p>"What has arrived so far is removed. To go on later, leave the page instead: nothing is lost then."</p>
                <button type="button" class="button button-small button-danger" on:click=move |_| engine.cancel()>"Cancel the upload"</button>
            </div>
        </details>
    }
    .into_any()
}

/// Why nothing moves, and when it is tried again.
#[component]
pub fn WaitingNotice(
    /// What is shown.
    state: UploadState,
    /// Takes the commands.
    engine: Engine,
) -> impl IntoView {
    let is_waiting = Memo::new(move |_| state.waiting.with(Option::is_some));
    let reason = Memo::new(move |_| state.waiting.with(|waiting| waiting.as_ref().map(|waiting| waiting.reason.clone())));
    let seconds = Memo::new(move |_| state.waiting.with(|waiting| waiting.as_ref().map(|waiting| waiting.seconds)));
    view! {
        <Show when=move || is_waiting.get()>
            <div class="notice notice-fair">
                <p>{move || reason.get()}</p>
                <p>"Waiting for the connection — retrying in " {move || seconds.get()} " s. Nothing is lost."</p>
                <div class="button-row">
                    <button type="button" class="button button-small" on:click=move |_| engine.retry_now()>"Retry now"</button>
                </div>
            </div>
        </Show>
    }
    .into_any()
}
