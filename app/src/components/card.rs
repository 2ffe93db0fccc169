//! A model card: the one place that shows foreign HTML.

use domain::listing::{Card, CardFact};
use leptos::prelude::*;

/// The body of a card. Its HTML was rendered and sanitised by the registry before it was stored in [`Card`].
#[component]
pub fn CardBody(
    /// The card.
    card: Card,
) -> impl IntoView {
    view! {
        {card.problem.map(|problem| view! {
            <div class="notice notice-fair">
                <p>"The front matter of the card could not be read: " {problem}</p>
            </div>
        })}
        <div class="prose" inner_html=card.html></div>
    }
}

/// The front matter of a card, in the order of its author.
#[component]
pub fn CardFacts(
    /// The facts.
    facts: Vec<CardFact>,
) -> impl IntoView {
    (!facts.is_empty()).then(|| {
        let lines = facts.into_iter().map(|fact| {
            let values = fact.values.into_iter().map(|value| view! { <li class="chip chip-mono card-value">{value}</li> });
            view! {
                <div class="fact fact-stacked">
                    <dt>{fact.name}</dt>
                    <dd><ul class="chip-row">{values.collect_view()}</ul></dd>
                </div>
            }
        });
        view! {
            <section class="panel card-facts" aria-labelledby="card-facts-title">
                <h2 class="panel-title" id="card-facts-title">"From the card"</h2>
                <dl class="facts">{lines.collect_view()}</dl>
            </section>
        }
    })
}
