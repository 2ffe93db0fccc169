//! Forms that change something about a package.

use domain::PackageRef;
use leptos::{prelude::*, reactive::signal::MappedSignal};

use super::error_view::ErrorNotice;
use crate::error::AppError;

/// The fields that name the package.
#[component]
pub fn PackageFields(
    /// The package.
    package: PackageRef,
) -> impl IntoView {
    view! {
        <input type="hidden" name="kind" value=package.kind.as_str()/>
        <input type="hidden" name="namespace" value=package.namespace.to_string()/>
        <input type="hidden" name="name" value=package.name.to_string()/>
    }
}

/// A field of text with its label around it.
#[component]
pub fn TextField(
    /// The words on the label.
    label: &'static str,
    /// The name of the argument.
    name: &'static str,
    /// What stands there at first.
    #[prop(optional, into)]
    value: String,
    /// The id of a list of suggestions.
    #[prop(optional)]
    list: &'static str,
    /// Whether it must be filled in.
    #[prop(default = true)]
    required: bool,
) -> impl IntoView {
    view! {
        <label class="field">
            <span class="field-label">{label}</span>
            <input type="text" name=name value=value list=(!list.is_empty()).then_some(list) required=required autocomplete="off"/>
        </label>
    }
}

/// Why the last one of some actions failed.
#[component]
pub fn Failures(
    /// What each of them answered.
    failures: Vec<Signal<Option<AppError>>>,
) -> impl IntoView {
    move || failures.iter().filter_map(Get::get).map(|error| view! { <ErrorNotice error/> }).collect_view()
}

/// The failure of an action, if its last answer was one.
pub fn failure<T: Send + Sync + 'static>(answer: MappedSignal<Option<Result<T, AppError>>>) -> Signal<Option<AppError>> {
    Signal::derive(move || answer.with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned())))
}
