//! The forms that make branches and versions, and that delete branches.

use domain::{
    PackageRef,
    listing::RefSummary,
    refs::{DEFAULT_BRANCH, next_version},
};
use leptos::prelude::*;

use super::package_form::{Failures, PackageFields, TextField, failure};
use crate::api::refs::{CreateBranch, CreateTag, DeleteBranch};

/// Gives a revision that is there a version.
#[component]
pub fn VersionForm(
    /// The package.
    package: PackageRef,
    /// Its newest version, if it has any.
    newest: Option<String>,
    /// The action of the page.
    create: ServerAction<CreateTag>,
) -> impl IntoView {
    view! {
        <Failures failures=vec![failure(create.value())]/>
        <details class="menu alias-new">
            <summary class="button button-small">"New version"</summary>
            <div class="menu-body menu-body-text">
                <p>"A version names one revision for good: it never moves and cannot be removed."</p>
                <ActionForm action=create attr:class="form">
                    <PackageFields package/>
                    <TextField label="Version" name="version" value=next_version(newest.as_deref())/>
                    <TextField label="Of which revision" name="at" value=DEFAULT_BRANCH list="refs-of-package"/>
                    <button type="submit" class="button button-small button-primary">"Create the version"</button>
                </ActionForm>
            </div>
        </details>
    }
}

/// Makes a branch, and deletes one.
#[component]
pub fn BranchForms(
    /// The package.
    package: PackageRef,
    /// Its branches.
    branches: Vec<RefSummary>,
    /// The action of the page that makes one.
    create: ServerAction<CreateBranch>,
    /// The action of the page that deletes one.
    delete: ServerAction<DeleteBranch>,
) -> impl IntoView {
    let others: Vec<_> = branches.into_iter().map(|branch| branch.name).filter(|name| name != DEFAULT_BRANCH).collect();
    let made_in = package.clone();
    view! {
        <Failures failures=vec![failure(create.value()), failure(delete.value())]/>
        <div class="button-row alias-new">
            <details class="menu">
                <summary class="button button-small">"New branch"</summary>
                <div class="menu-body menu-body-text">
                    <ActionForm action=create attr:class="form">
                        <PackageFields package=made_in/>
                        <TextField label="Name" name="branch"/>
                        <TextField label="From" name="from" value=DEFAULT_BRANCH list="refs-of-package"/>
                        <button type="submit" class="button button-small button-primary">"Create the branch"</button>
                    </ActionForm>
                </div>
            </details>
            {(!others.is_empty()).then(|| view! {
                <details class="menu">
                    <summary class="button button-small">"Delete a branch"</summary>
                    <div class="menu-body menu-body-text">
                        <p>"Its revisions stay in the history."</p>
                        <ActionForm action=delete attr:class="form">
                            <PackageFields package/>
                            <label class="field">
                                <span class="field-label">"Branch"</span>
                                <select name="branch">
                                    {others.into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view()}
                                </select>
                            </label>
                            <button type="submit" class="button button-small button-danger">"Delete the branch"</button>
                        </ActionForm>
                    </div>
                </details>
            })}
        </div>
    }
}
