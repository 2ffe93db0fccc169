//! The sign of the registry: an assayer's mark, an octagon with three measures in it.

use leptos::prelude::*;

/// The sign. It stands beside words, so it says nothing itself.
#[component]
pub fn Logo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
            <path class="logo-mark" d="M10 1h12l9 9v12l-9 9H10l-9-9V10z"></path>
            <path class="logo-bars" d="M9.5 22.5v-6M16 22.5v-13M22.5 22.5v-9"></path>
        </svg>
    }
}
