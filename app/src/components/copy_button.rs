//! A button that copies text.

use leptos::{prelude::*, task::spawn_local};

use crate::platform;

/// Copies `text` when pressed and says so.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is, for the label: “Copy” and this.
    what: &'static str,
) -> impl IntoView {
    let said = RwSignal::new("Copy");
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let done = platform::copy(&text).await;
            said.try_set(if done { "Copied" } else { "Select and copy it by hand" });
        });
    };
    view! {
        <button type="button" class="button button-small copy-button" on:click=copy>
            <span aria-live="polite">{said}</span>
            <span class="visually-hidden">" " {what}</span>
        </button>
    }
}
