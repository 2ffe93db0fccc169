//! What does not exist.

use leptos::prelude::*;

use super::params::nothing_here;
use crate::components::error_view::ErrorView;

/// The page for addresses that no route knows.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! { <ErrorView error=nothing_here()/> }
}
