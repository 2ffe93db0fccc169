//! `/settings/tokens`: access tokens.

use domain::account::NewToken;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    api::tokens::{self, RevokeToken},
    components::{
        error_view::ErrorView,
        token_form::{NewSecret, TokenForm},
        token_list::{Revoke, TokenList},
    },
    loading::{load, once_loaded},
};

/// The acting user's tokens: make, see, revoke.
#[component]
pub fn AccessTokensPage() -> impl IntoView {
    let create = Action::new(|token: &NewToken| tokens::create_token(token.clone()));
    let revoke = ServerAction::<RevokeToken>::new();
    let list = load(move || (create.version().get(), revoke.version().get()), |_| tokens::list_tokens());
    view! {
        <Title text="Access tokens"/>
        {once_loaded(move || async move {
            match list.await {
                Err(error) => view! { <ErrorView error/> }.into_any(),
                Ok(tokens) => view! {
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
                            <TokenList tokens revoke=Revoke::Own(revoke)/>
                        </section>
                        <TokenForm create/>
                    </div>
                }
                .into_any(),
            }
        })}
    }
    .into_any()
}
