//! Where an alias pointed at a moment that is asked for: a plain GET form, and the answer.

use domain::{PackageRef, listing::RevisionSummary};
use leptos::prelude::*;

use super::{error_view::ErrorNotice, moment::Moment, package_header::Tab};
use crate::error::AppError;

/// What was asked, and what came of it.
pub type AliasAnswer = Result<Option<RevisionSummary>, AppError>;

/// Asks where an alias pointed on a day, and tells it.
#[component]
pub fn AliasAt(
    /// The package.
    package: PackageRef,
    /// The alias.
    alias: String,
    /// The day that is asked for, or a moment; empty when nothing is.
    asked: String,
    /// What the alias was then; nothing when nothing is asked.
    answer: Option<AliasAnswer>,
) -> impl IntoView {
    let answer = answer.map(|answer| view! { <Answer package=package.clone() alias=alias.clone() asked=asked.clone() answer/> });
    view! {
        <form method="GET" action=Tab::Versions.address(&package, "") class="alias-at">
            <input type="hidden" name="alias" value=alias/>
            <label class="field">
                <span class="field-label">"Where it pointed on"</span>
                <input type="date" name="on" value=asked required aria-describedby="alias-at-hint"/>
            </label>
            <button type="submit" class="button">"Show"</button>
            <p class="field-hint" id="alias-at-hint">"At the beginning of that day, in UTC. The moves of the day itself are below."</p>
        </form>
        <div aria-live="polite">{answer}</div>
    }
}

#[component]
fn Answer(package: PackageRef, alias: String, asked: String, answer: AliasAnswer) -> impl IntoView {
    // the same reading as the registry's; what it refused is told below
    let moment = domain::lifecycle::moment(&asked).ok().map(|at| view! { <Moment at/> }.into_any());
    let moment = moment.unwrap_or_else(|| asked.into_any());
    match answer {
        Err(error) => view! { <ErrorNotice error/> }.into_any(),
        Ok(None) => view! {
            <div class="notice"><p>"On " {moment} " there was no alias " <code>{alias}</code> "."</p></div>
        }
        .into_any(),
        Ok(Some(revision)) => {
            let id = revision.id.to_hex();
            view! {
                <div class="notice">
                    <p>
                        "On " {moment} " " <code>{alias}</code> " pointed at "
                        <a class="mono" href=Tab::Overview.address(&package, &id) title=id.clone()>{revision.id.short()}</a>
                        {(!revision.message.is_empty()).then(|| format!(" (“{}”)", revision.message))} ", by " {revision.author} "."
                    </p>
                </div>
            }
            .into_any()
        }
    }
}
