//! What a namespace stores.

use domain::{storage::NamespaceStorage, units};
use leptos::prelude::*;

use super::{error_view::ErrorNotice, facts::Fact};
use crate::{api::storage::SetQuota, error::failure_of};

/// What a namespace stores and may, with the form that changes it for administrators.
#[component]
pub fn StoragePanel(
    /// What it stores.
    storage: NamespaceStorage,
    /// Sets the quota.
    set_quota: ServerAction<SetQuota>,
) -> impl IntoView {
    let NamespaceStorage { namespace, stored_bytes, logical_bytes, quota_bytes, may_set_quota } = storage;
    let bar = quota_bytes.map(|quota| {
        let label = format!("{} of {} stored", units::bytes(stored_bytes), units::bytes(quota));
        view! { <progress max=quota.max(1).to_string() value=stored_bytes.min(quota).to_string() aria-label=label></progress> }
    });
    view! {
        <section class="panel" aria-labelledby="storage-title">
            <h2 class="panel-title" id="storage-title">"Storage"</h2>
            <dl class="facts">
                <Fact name="Stored">{units::bytes(stored_bytes)} ", the same content counted once"</Fact>
                <Fact name="All revisions">{units::bytes(logical_bytes)}</Fact>
                <Fact name="Quota">{quota_bytes.map_or_else(|| "none".to_owned(), units::bytes)}</Fact>
            </dl>
            {bar}
            {may_set_quota.then(|| view! { <QuotaForm namespace=namespace.to_string() quota_bytes set_quota/> })}
        </section>
    }
}

#[component]
fn QuotaForm(namespace: String, quota_bytes: Option<u64>, set_quota: ServerAction<SetQuota>) -> impl IntoView {
    let failure = failure_of(set_quota.value());
    // to the byte: what is shown rounded must not be what is set
    let value = quota_bytes.map(|quota| quota.to_string()).unwrap_or_default();
    view! {
        {move || failure().map(|error| view! { <ErrorNotice error/> })}
        <ActionForm action=set_quota>
            <div class="form">
                <input type="hidden" name="namespace" value=namespace/>
                <div class="field">
                    <label for="quota">"May store (such as 500 GB; empty: no quota)"</label>
                    <input id="quota" name="quota" value=value autocomplete="off" spellcheck="false"/>
                </div>
                <button type="submit" class="button" disabled=set_quota.pending()>"Set the quota"</button>
            </div>
        </ActionForm>
    }
}
