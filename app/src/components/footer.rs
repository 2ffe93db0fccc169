//! The foot of every page.

use leptos::prelude::*;

/// The foot of every page.
#[component]
pub fn SiteFooter() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="site-footer-inner">
                <p>"Model Registry"</p>
                <p>"Every revision is immutable, addressed by its content, and scored before others rely on it."</p>
                // the page of the API is no page of the app
                <p><a href="/docs" rel="external">"API"</a></p>
            </div>
        </footer>
    }
}
