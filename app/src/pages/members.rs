//! `/organisations/:namespace`: the members of a namespace, its programs with their tokens (`?program=`), and what it stores.

use domain::{
    UserName,
    account::{NewToken, TokenSummary},
    listing::Page,
    people::{Member, NamespaceDetail},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::params::{path_param, query_param, some};
use crate::{
    api::{
        members::{self, CreateProgram, Grant, RemoveMember, RevokeProgramToken},
        storage::{self, SetQuota},
    },
    components::{
        error_view::{ErrorNotice, ErrorView},
        links::with_query,
        moment::Moment,
        pagination::Pagination,
        programs::{ProgramForm, ProgramTokens},
        right_field::RightField,
        storage::StoragePanel,
        token_form::CreateToken,
    },
    error::AppError,
    loading::{load, once_loaded},
};

/// What the forms of the page do.
#[derive(Clone, Copy)]
struct Steps {
    grant: ServerAction<Grant>,
    remove: ServerAction<RemoveMember>,
    create: ServerAction<CreateProgram>,
}

impl Steps {
    fn new() -> Self {
        Self { grant: ServerAction::new(), remove: ServerAction::new(), create: ServerAction::new() }
    }

    /// How many were taken: the list is loaded again after each.
    fn taken(self) -> usize {
        self.grant.version().get() + self.remove.version().get() + self.create.version().get()
    }

    /// Why one of them was refused.
    fn failure(self) -> Option<AppError> {
        let refused = |answer: &Option<Result<(), AppError>>| answer.as_ref().and_then(|answer| answer.as_ref().err().cloned());
        [self.grant.value(), self.remove.value(), self.create.value()].into_iter().find_map(|value| value.with(refused))
    }
}

/// Who has which right; for administrators of the namespace with the forms that change it.
#[component]
pub fn MembersPage() -> impl IntoView {
    let (name, cursor) = (path_param("namespace"), query_param("cursor"));
    let (program, after) = (query_param("program"), query_param("tokens"));
    let (steps, set_quota) = (Steps::new(), ServerAction::<SetQuota>::new());
    let make: CreateToken = Action::new(move |token: &NewToken| {
        let program = program.get_untracked();
        members::create_program_token(program, token.clone())
    });
    let revoke = ServerAction::<RevokeProgramToken>::new();
    // the secret of one program is not shown beside the tokens of another
    Effect::watch(move || program.get(), move |_, _, _| make.clear(), false);
    let found = load(move || (name.get(), cursor.get(), steps.taken()), |(name, cursor, _)| list(name, cursor));
    let tokens = load(
        move || (program.get(), after.get(), make.version().get(), revoke.version().get()),
        |(program, after, ..)| tokens_of(program, after),
    );
    let stored = load(move || (name.get(), set_quota.version().get()), |(name, _)| storage::namespace_storage(name));
    once_loaded(move || async move {
        match found.await {
            Ok((namespace, page)) => {
                let is_first = cursor.with_untracked(String::is_empty);
                let (storage, home) = (stored.await.ok().flatten(), namespace.name.clone());
                let programs = match tokens.await {
                    Ok(None) => None,
                    Ok(Some((program, tokens))) => {
                        let is_first = after.with_untracked(String::is_empty);
                        Some(view! { <ProgramTokens program namespace=home tokens is_first create=make revoke/> }.into_any())
                    }
                    Err(error) => Some(view! { <ErrorNotice error/> }.into_any()),
                };
                view! {
                    <Members namespace page is_first steps programs/>
                    {storage.map(|storage| view! { <StoragePanel storage set_quota/> })}
                }
                .into_any()
            }
            Err(error) => view! { <ErrorView error/> }.into_any(),
        }
    })
}

async fn list(name: String, cursor: String) -> Result<(NamespaceDetail, Page<Member>), AppError> {
    let namespace = members::namespace(name.clone()).await?;
    Ok((namespace, members::members(name, some(&cursor)).await?))
}

/// The tokens of the program that the address names, if it names one.
async fn tokens_of(program: String, after: String) -> Result<Option<(UserName, Page<TokenSummary>)>, AppError> {
    if program.is_empty() {
        return Ok(None);
    }
    let tokens = members::program_tokens(program.clone(), some(&after)).await?;
    Ok(Some((program.parse()?, tokens)))
}

#[component]
fn Members(
    namespace: NamespaceDetail,
    page: Page<Member>,
    is_first: bool,
    steps: Steps,
    /// The tokens of a program.
    programs: Option<AnyView>,
) -> impl IntoView {
    let NamespaceDetail { name, is_organisation, may_manage, .. } = namespace;
    let address = format!("/organisations/{name}");
    let next = page.next.map(|cursor| with_query(&address, &[("cursor", &cursor)]));
    let first = (!is_first).then_some(address);
    let namespace = name.to_string();
    let members = page.items.into_iter().map({
        let namespace = namespace.clone();
        move |member| view! { <MemberItem namespace=namespace.clone() member may_manage remove=steps.remove/> }
    });
    view! {
        <Title text=format!("Members · {namespace}")/>
        <div class="page-head">
            <p class="eyebrow">{if is_organisation { "Organisation" } else { "User" }}</p>
            <h1>"Members of " <a href=format!("/{namespace}")>{namespace.clone()}</a></h1>
            <p class="lead">"A right includes those before it: search, download, upload, admin."</p>
        </div>
        {move || steps.failure().map(|error| view! { <ErrorNotice error/> })}
        <ul class="token-list">{members.collect_view()}</ul>
        <Pagination what="members" first next/>
        {programs}
        {may_manage.then(|| view! {
            <GrantForm namespace=namespace.clone() grant=steps.grant/>
            <ProgramForm namespace create=steps.create/>
        })}
    }
}

#[component]
fn MemberItem(namespace: String, member: Member, may_manage: bool, remove: ServerAction<RemoveMember>) -> impl IntoView {
    let Member { user, permission, granted_at, is_owner, is_program } = member;
    let (name, shown) = (user.to_string(), user.to_string());
    let tokens = (may_manage && is_program).then(|| {
        let address = with_query(&format!("/organisations/{namespace}"), &[("program", &name)]);
        view! { <a class="button button-small" href=address>"Tokens" <span class="visually-hidden">" of " {name.clone()}</span></a> }
    });
    let removal = (may_manage && !is_owner).then(|| {
        view! {
            <details class="menu token-revoke">
                <summary class="button button-small">"Remove" <span class="visually-hidden">" " {name.clone()}</span></summary>
                <div class="menu-body menu-body-text">
                    <p>"The right ends at once, also for what is under way."</p>
                    <ActionForm action=remove>
                        <input type="hidden" name="namespace" value=namespace/>
                        <input type="hidden" name="user" value=name.clone()/>
                        <button type="submit" class="button button-small button-danger" disabled=remove.pending()>"Remove the member"</button>
                    </ActionForm>
                </div>
            </details>
        }
    });
    view! {
        <li class="token">
            <div class="token-text">
                <h2>{shown}</h2>
                <ul class="chip-row">
                    <li class="chip chip-accent">{permission.as_str()}</li>
                    {is_owner.then(|| view! { <li class="chip">"owner"</li> })}
                    {is_program.then(|| view! { <li class="chip">"program"</li> })}
                </ul>
                <p class="token-times">{permission.on_namespace()} <span>"Since " <Moment at=granted_at/></span></p>
            </div>
            {may_manage.then(|| view! { <div class="button-row">{tokens} {removal}</div> })}
        </li>
    }
}

#[component]
fn GrantForm(namespace: String, grant: ServerAction<Grant>) -> impl IntoView {
    view! {
        <section class="panel token-form" aria-labelledby="grant-title">
            <h2 class="panel-title" id="grant-title">"Add or change a member"</h2>
            <ActionForm action=grant>
                <div class="form">
                    <input type="hidden" name="namespace" value=namespace/>
                    <div class="field">
                        <label for="grant-user">"User name"</label>
                        <input id="grant-user" name="user" required autocomplete="off" autocapitalize="none" spellcheck="false"/>
                    </div>
                    <RightField id="grant-permission" label="Right"/>
                    <button type="submit" class="button button-primary" disabled=grant.pending()>"Grant the right"</button>
                </div>
            </ActionForm>
        </section>
    }
}
