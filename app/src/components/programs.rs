//! Programs of a namespace: accounts that have tokens and no password.

use domain::{NamespaceName, UserName, account::TokenSummary, listing::Page};
use leptos::prelude::*;

use super::{
    links::with_query,
    pagination::Pagination,
    right_field::RightField,
    token_form::{CreateToken, NewSecret, TokenForm},
    token_list::{Revoke, TokenList},
};
use crate::api::members::{CreateProgram, RevokeProgramToken};

/// The form that makes a program.
#[component]
pub fn ProgramForm(
    /// The namespace that it will belong to.
    namespace: String,
    /// Makes it.
    create: ServerAction<CreateProgram>,
) -> impl IntoView {
    view! {
        <section class="panel token-form" aria-labelledby="program-title">
            <h2 class="panel-title" id="program-title">"New program"</h2>
            <p>"An account for a build server or a job: it belongs to this namespace, and has tokens instead of a password."</p>
            <ActionForm action=create>
                <div class="form">
                    <input type="hidden" name="namespace" value=namespace/>
                    <div class="field">
                        <label for="program-name">"Program name"</label>
                        <input id="program-name" name="program" required autocomplete="off" autocapitalize="none" spellcheck="false"/>
                    </div>
                    <RightField id="program-permission" label="Right of the program"/>
                    <button type="submit" class="button button-primary" disabled=create.pending()>"Create the program"</button>
                </div>
            </ActionForm>
        </section>
    }
}

/// The tokens of one program: shown, made, revoked.
#[component]
pub fn ProgramTokens(
    /// The program.
    program: UserName,
    /// The namespace that it belongs to: its tokens work in no other.
    namespace: NamespaceName,
    /// Its tokens, newest first.
    tokens: Page<TokenSummary>,
    /// Whether those are the newest.
    is_first: bool,
    /// Makes one.
    create: CreateToken,
    /// Revokes one.
    revoke: ServerAction<RevokeProgramToken>,
) -> impl IntoView {
    let name = program.to_string();
    let address = format!("/organisations/{namespace}");
    let next = tokens.next.map(|cursor| with_query(&address, &[("program", &name), ("tokens", &cursor)]));
    let first = (!is_first).then(|| with_query(&address, &[("program", &name)]));
    view! {
        <div class="tokens-layout">
            <section aria-labelledby="tokens-title">
                <h2 class="section-title" id="tokens-title">"Tokens of " {name.clone()}</h2>
                <NewSecret create/>
                <TokenList tokens=tokens.items revoke=Revoke::OfProgram(revoke, program)/>
                <Pagination what="the tokens" first next/>
            </section>
            <TokenForm create account=name within=Some(namespace)/>
        </div>
    }
}
