//! A moment in time.

use domain::units;
use leptos::prelude::*;
use time::OffsetDateTime;

/// A moment in UTC, to the minute, the same on the server and in every browser.
#[component]
pub fn Moment(
    /// The moment.
    at: OffsetDateTime,
) -> impl IntoView {
    let text = units::moment(at);
    let machine = text.replacen(' ', "T", 1).replace(" UTC", "Z");
    view! { <time datetime=machine>{text}</time> }
}
