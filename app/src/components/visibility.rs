//! Who may find a package, and the form that changes it.

use domain::{PackageRef, people::Visibility};
use leptos::prelude::*;

use super::error_view::ErrorNotice;
use crate::api::members::SetVisibility;

/// Who may find the package; for administrators of its namespace with the form that changes it, in two steps.
#[component]
pub fn PackageVisibility(
    /// The package.
    package: PackageRef,
    /// Who may find it.
    visibility: Visibility,
    /// Whether the reader may change that.
    may_manage: bool,
) -> impl IntoView {
    let change = ServerAction::<SetVisibility>::new();
    let failure = move || change.value().with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned()));
    // the answer does not repeat what was asked, and the question is forgotten with the answer
    let (asked, shown) = (RwSignal::new(visibility), RwSignal::new(visibility));
    Effect::new(move |_| {
        if let Some(input) = change.input().get() {
            asked.set(input.visibility.parse().unwrap_or(visibility));
        } else if change.value().with(|answer| matches!(answer, Some(Ok(())))) {
            shown.set(asked.get_untracked());
        }
    });
    let choices = Visibility::ALL.map(|choice| {
        view! { <option value=choice.as_str() selected=choice == visibility>{choice.as_str()} ": " {choice.explanation()}</option> }
    });
    view! {
        <span class="chip" title=move || shown.get().explanation()>{move || shown.get().as_str()}</span>
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
        {may_manage.then(|| view! {
            <details>
                <summary>"Change the visibility"</summary>
                <ActionForm action=change>
                    <div class="form">
                        <input type="hidden" name="kind" value=package.kind.as_str()/>
                        <input type="hidden" name="namespace" value=package.namespace.to_string()/>
                        <input type="hidden" name="name" value=package.name.to_string()/>
                        <select name="visibility" aria-label="Visibility of the package">{choices.into_iter().collect_view()}</select>
                        <button type="submit" class="button button-small" disabled=change.pending()>"Change"</button>
                    </div>
                </ActionForm>
            </details>
        })}
    }
}
