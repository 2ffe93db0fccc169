//! A right on a namespace, in a form.

use domain::account::Permission;
use leptos::prelude::*;

/// The field `permission`, with what each right means.
#[component]
pub fn RightField(
    /// Of the field, once a page.
    id: &'static str,
    /// What stands beside it.
    label: &'static str,
) -> impl IntoView {
    let choices = Permission::ALL.map(|permission| {
        let word = permission.as_str();
        view! { <option value=word>{word} ": " {permission.on_namespace()}</option> }
    });
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <select id=id name="permission">{choices.into_iter().collect_view()}</select>
        </div>
    }
}
