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

/// The outline of the sign, filled to different lengths like the badges of scores: an ornament.
#[component]
pub fn AssayMark() -> impl IntoView {
    const OUTLINE: &str = "M100 10h37.3L190 62.7v74.6L137.3 190H62.7L10 137.3V62.7L62.7 10z";
    let rings =
        [("assay-ring assay-ring-1", "370 597"), ("assay-ring assay-ring-2", "485 597"), ("assay-ring assay-ring-3", "560 597")]
            .map(|(class, filled)| {
                view! {
                    <g class=class>
                        <path class="assay-track" d=OUTLINE></path>
                        <path class="assay-fill" d=OUTLINE stroke-dasharray=filled></path>
                    </g>
                }
            });
    view! {
        <svg class="assay-mark" viewBox="0 0 200 200" width="200" height="200" aria-hidden="true" focusable="false">
            {rings.into_iter().collect_view()}
        </svg>
    }
}
