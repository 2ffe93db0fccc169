//! `/admin/audit`: who did what, for administrators.

use domain::{
    audit::{AuditEntry, AuditToken},
    listing::Page,
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{query_param, some};
use crate::{
    api::audit,
    components::{empty::Empty, error_view::ErrorView, links::with_query, moment::Moment, pagination::Pagination},
    loading::{load, once_loaded},
};

/// By what entries are found: the word, and what it means.
const CONDITIONS: [(&str, &str); 3] = [("actor", "Who"), ("action", "What was done"), ("object", "What it was done to")];

/// The audit record, newest first.
#[component]
pub fn AuditPage() -> impl IntoView {
    let (by, value, cursor) = (query_param("by"), query_param("value"), query_param("cursor"));
    let found = load(
        move || (by.get(), value.get(), cursor.get()),
        |(by, value, cursor)| audit::audit(some(&by), some(&value), some(&cursor)),
    );
    view! {
        <Title text="Audit"/>
        <div class="page-head">
            <h1>"Audit"</h1>
            <p class="lead">"Every change, every download, every attempt to sign in."</p>
        </div>
        {once_loaded(move || async move {
            let (by, value) = (by.get_untracked(), value.get_untracked());
            match found.await {
                Ok(page) => {
                    let is_first = cursor.with_untracked(String::is_empty);
                    view! { <Entries page is_first by value/> }.into_any()
                }
                Err(error) => view! { <ErrorView error/> }.into_any(),
            }
        })}
    }
    .into_any()
}

#[component]
fn Entries(page: Page<AuditEntry>, is_first: bool, by: String, value: String) -> impl IntoView {
    let address = with_query("/admin/audit", &[("by", &by), ("value", &value)]);
    let next = page.next.map(|cursor| with_query("/admin/audit", &[("by", &by), ("value", &value), ("cursor", &cursor)]));
    let first = (!is_first).then_some(address);
    let list = if page.items.is_empty() {
        view! { <Empty title="Nothing was recorded"><p>"Nobody did anything of the kind."</p></Empty> }.into_any()
    } else {
        view! { <EntryTable entries=page.items/> }.into_any()
    };
    view! {
        <Conditions by value/>
        {list}
        <Pagination what="the audit" first next/>
    }
}

/// A plain form: it works without JavaScript, and its address can be shared.
#[component]
fn Conditions(by: String, value: String) -> impl IntoView {
    let choices = CONDITIONS.map(|(word, title)| view! { <option value=word selected=word == by>{title}</option> });
    view! {
        <form method="GET" action="/admin/audit" class="form audit-conditions" role="search" aria-label="Audit">
            <div class="field">
                <label for="audit-by">"Find by"</label>
                <select id="audit-by" name="by">{choices.into_iter().collect_view()}</select>
            </div>
            <div class="field">
                <label for="audit-value">"Exactly"</label>
                <input id="audit-value" name="value" value=value placeholder="all" autocapitalize="none" spellcheck="false"/>
            </div>
            <button type="submit" class="button">"Find"</button>
        </form>
    }
}

#[component]
fn EntryTable(entries: Vec<AuditEntry>) -> impl IntoView {
    let rows = entries.into_iter().map(|entry| {
        let AuditEntry { at, actor, action, object, address, token, request_id, .. } = entry;
        let find = |by: &str, value: &str| with_query("/admin/audit", &[("by", by), ("value", value)]);
        view! {
            <tr>
                <td class="fit"><Moment at/></td>
                <th scope="row"><a href=find("actor", &actor)>{actor.clone()}</a></th>
                <td><a href=find("action", action.as_str())><code>{action.as_str()}</code></a></td>
                <td class="audit-object"><a href=find("object", &object)>{object.clone()}</a></td>
                <td>{address.unwrap_or_else(|| "–".to_owned())}</td>
                <td>{token.map_or_else(|| "–".to_owned(), token_name)}</td>
                <td><code>{request_id.unwrap_or_default()}</code></td>
            </tr>
        }
    });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Audit entries">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"To what"</th>
                        <th scope="col">"From"</th>
                        <th scope="col">"Token"</th>
                        <th scope="col">"Request"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn token_name(token: AuditToken) -> String {
    token.name.unwrap_or_else(|| token.id.to_string())
}
