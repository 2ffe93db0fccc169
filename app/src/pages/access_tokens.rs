//! `/settings/tokens`: access tokens.

use domain::account::NewToken;
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{query_param, some};
use crate::{
    api::tokens::{self, RevokeToken},
    components::{
        error_view::ErrorView,
        links::with_query,
        pagination::Pagination,
        token_form::{NewSecret, TokenForm},
        token_list::{Revoke, TokenList},
    },
    loading::{load, once_loaded},
};

/// Where the page is.
const ADDRESS: &str = "/settings/tokens";

/// The acting user's tokens: make, see, revoke.
#[component]
pub fn AccessTokensPage() -> impl IntoView {
    let create = Action::new(|token: &NewToken| tokens::create_token(token.clone()));
    let revoke = ServerAction::<RevokeToken>::new();
    let cursor = query_param("cursor");
    let list = load(
        move || (cursor.get(), create.version().get(), revoke.version().get()),
        |(cursor, ..)| async move { tokens::list_tokens(some(&cursor)).await },
    );
    view! {
        <Title text="Access tokens"/>
        {once_loaded(move || async move {
            match list.await {
                Err(error) => view! { <ErrorView error/> }.into_any(),
                Ok(page) => {
                    let first = (!cursor.with_untracked(String::is_empty)).then(|| ADDRESS.to_owned());
                    let next = page.next.map(|cursor| with_query(ADDRESS, &[("cursor", &cursor)]));
                    view! {
                    <div class="page-head">
                        <h1>"Access tokens"</h1>
                        <p class="lead">
                            "Programs use a token instead of your password: in the header " <code>"Authorization: Bearer mr_…"</code>
                        </p>
                    </div>
                    <div class="tokens-layout">
                        <section aria-labelledby="tokens-title">
                            <h2 class="section-title" id="tokens-title">"Your tokens"</h2>
                            <NewSecret create/>
                            <TokenList tokens=page.items revoke=Revoke::Own(revoke)/>
                            <Pagination what="the tokens" first next/>
                        </section>
                        <TokenForm create/>
                    </div>
                    }
                    .into_any()
                }
            }
        })}
    }
    .into_any()
}
