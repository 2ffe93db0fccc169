//! Choosing the revision that is shown: a menu of links, so that it works without JavaScript.

use domain::{
    listing::RefSummary,
    refs::{DEFAULT_BRANCH, RefKind},
};
use leptos::prelude::*;

/// How many refs the menu holds; the versions page has them all.
const SHOWN: usize = 40;

/// A menu of the refs of a package.
#[component]
pub fn RevisionPicker(
    /// How the shown revision is named now.
    at: String,
    /// The refs, newest versions first.
    refs: Vec<RefSummary>,
    /// The address of a page at a ref.
    address: fn(&domain::PackageRef, &str) -> String,
    /// The package.
    package: domain::PackageRef,
) -> impl IntoView {
    let menu = NodeRef::<leptos::html::Details>::new();
    let close = move |_| {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let (current, versions) = (at.clone(), format!("{}/versions", package.page()));
    let links = refs.into_iter().take(SHOWN).map(move |reference| {
        let (is_current, address) = (reference.name == at, address(&package, &reference.name));
        view! {
            <li>
                <a href=address aria-current=is_current.then_some("true")>
                    <span class="mono">{reference.name}</span>
                    <span class="muted">{kind_word(reference.kind)}</span>
                </a>
            </li>
        }
    });
    view! {
        <details class="menu revision-picker" node_ref=menu>
            <summary class="button button-small">
                <span class="muted">"Revision"</span>
                <span class="mono revision-picker-name">{shortened(&current)}</span>
            </summary>
            <div class="menu-body" on:click=close>
                <ul>{links.collect_view()}</ul>
                <a href=versions>"All versions and history"</a>
            </div>
        </details>
    }
}

/// The refs of a package as suggestions for the fields of a page, under the id `refs-of-package`.
#[component]
pub fn RefSuggestions(
    /// The refs.
    refs: Vec<RefSummary>,
) -> impl IntoView {
    let options = refs.into_iter().map(|reference| view! { <option value=reference.name></option> });
    view! { <datalist id="refs-of-package">{options.collect_view()}</datalist> }
}

/// What a kind of ref is called.
#[must_use]
pub const fn kind_word(kind: RefKind) -> &'static str {
    match kind {
        RefKind::Branch => "branch",
        RefKind::Tag => "version",
        RefKind::Alias => "alias",
    }
}

/// A revision id in its short form, a ref as it is.
fn shortened(at: &str) -> String {
    if at.len() == 40 && at.bytes().all(|byte| byte.is_ascii_hexdigit()) { at[..12].to_owned() } else { at.to_owned() }
}

/// What stands in `?at=` for a revision: nothing for the head of the default branch.
#[must_use]
pub fn at_query(at: &str) -> &str {
    if at == DEFAULT_BRANCH { "" } else { at }
}
