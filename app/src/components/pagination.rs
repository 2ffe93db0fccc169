//! Links to the next page of a list.

use leptos::prelude::*;

/// Links onwards in a keyset-paginated list: to the next page, and back to the first.
#[component]
pub fn Pagination(
    /// What is listed, for the label.
    what: &'static str,
    /// The address of the first page, when this is not it.
    first: Option<String>,
    /// The address of the next page, when there is one.
    next: Option<String>,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pagination" aria-label=format!("Pages of {what}")>
                {first.map(|address| view! { <a class="button" href=address>"First page"</a> })}
                {next.map(|address| view! { <a class="button" rel="next" href=address>"Next page"</a> })}
            </nav>
        }
    })
}
