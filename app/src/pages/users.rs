//! `/admin/users`: accounts and invitations, for administrators.

use domain::{
    listing::Page,
    people::{CreatedInvitation, INVITATION_DAYS, InvitationSummary, MAX_NOTE, NewInvitation, UserSummary},
};
use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;

use super::params::{query_param, some};
use crate::{
    api::{
        members::CreateOrganisation,
        people::{self, DisableUser, EnableUser, ResetPassword, RevokeInvitation},
    },
    components::{
        copy_button::CopyButton,
        error_view::{ErrorNotice, ErrorView},
        links::with_query,
        moment::Moment,
        pagination::Pagination,
    },
    error::AppError,
    loading::{load, once_loaded},
    platform,
};

type Invite = Action<NewInvitation, Result<CreatedInvitation, AppError>>;

/// What the buttons of the page do.
#[derive(Clone, Copy)]
struct Steps {
    disable: ServerAction<DisableUser>,
    enable: ServerAction<EnableUser>,
    reset: ServerAction<ResetPassword>,
    revoke: ServerAction<RevokeInvitation>,
    organise: ServerAction<CreateOrganisation>,
    invite: Invite,
}

impl Steps {
    fn new() -> Self {
        Self {
            disable: ServerAction::new(),
            enable: ServerAction::new(),
            reset: ServerAction::new(),
            revoke: ServerAction::new(),
            organise: ServerAction::new(),
            invite: Action::new(|new: &NewInvitation| people::invite(new.clone())),
        }
    }

    /// How many were taken: the lists are loaded again after each.
    fn taken(self) -> usize {
        self.disable.version().get() + self.enable.version().get() + self.revoke.version().get() + self.invite.version().get()
    }

    /// Why one of them was refused.
    fn failure(self) -> Option<AppError> {
        fn refused<T>(answer: &Option<Result<T, AppError>>) -> Option<AppError> {
            answer.as_ref().and_then(|answer| answer.as_ref().err().cloned())
        }
        let plain = [self.disable.value(), self.enable.value(), self.revoke.value()];
        let plain = plain.into_iter().find_map(|value| value.with(refused));
        let made = || self.organise.value().with(refused).or_else(|| self.invite.value().with(refused));
        plain.or_else(|| self.reset.value().with(refused)).or_else(made)
    }
}

/// Accounts by name, and the invitations that wait.
#[component]
pub fn UsersPage() -> impl IntoView {
    let (cursor, waiting) = (query_param("cursor"), query_param("invitations"));
    let steps = Steps::new();
    let found = load(move || (cursor.get(), waiting.get(), steps.taken()), |(cursor, waiting, _)| list(cursor, waiting));
    view! {
        <Title text="Users"/>
        {once_loaded(move || async move {
            match found.await {
                Ok((users, invitations)) => {
                    let at = (cursor.get_untracked(), waiting.get_untracked());
                    view! { <Users users invitations at steps/> }.into_any()
                }
                Err(error) => view! { <ErrorView error/> }.into_any(),
            }
        })}
    }
    .into_any()
}

async fn list(cursor: String, waiting: String) -> Result<(Page<UserSummary>, Page<InvitationSummary>), AppError> {
    Ok((people::users(some(&cursor)).await?, people::invitations(some(&waiting)).await?))
}

/// The page with these accounts and these invitations.
fn address(cursor: &str, waiting: &str) -> String {
    with_query("/admin/users", &[("cursor", cursor), ("invitations", waiting)])
}

#[component]
fn Users(
    users: Page<UserSummary>,
    invitations: Page<InvitationSummary>,
    /// Where the two lists begin.
    at: (String, String),
    steps: Steps,
) -> impl IntoView {
    let (cursor, waiting) = at;
    let next = users.next.map(|next| address(&next, &waiting));
    let first = (!cursor.is_empty()).then(|| address("", &waiting));
    let more = invitations.next.map(|next| address(&cursor, &next));
    let newest = (!waiting.is_empty()).then(|| address(&cursor, ""));
    let password = move || steps.reset.value().with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()));
    view! {
        <div class="page-head"><h1>"Users"</h1></div>
        {move || steps.failure().map(|error| view! { <ErrorNotice error/> })}
        <div aria-live="polite">
            {move || password().map(|password| view! {
                <Secret words="The new password is shown this one time. It must be changed after signing in." what="the password" secret=password/>
            })}
        </div>
        <div class="tokens-layout">
            <section aria-label="Accounts">
                <ul class="token-list">{users.items.into_iter().map(|user| view! { <UserItem user steps/> }).collect_view()}</ul>
                <Pagination what="users" first next/>
            </section>
            <div class="token-forms">
                <Invitations invitations=invitations.items steps/>
                <Pagination what="the invitations" first=newest next=more/>
                <OrganisationForm organise=steps.organise/>
            </div>
        </div>
    }
}

#[component]
fn UserItem(user: UserSummary, steps: Steps) -> impl IntoView {
    let UserSummary { name, admin, program_of, created_at, disabled_at } = user;
    let (name, shown) = (name.to_string(), name.to_string());
    let is_person = program_of.is_none();
    // a program has no packages of its own: it is managed where it belongs
    let address = match &program_of {
        Some(home) => with_query(&format!("/organisations/{home}"), &[("program", &name)]),
        None => format!("/{name}"),
    };
    let changes = if disabled_at.is_some() {
        view! {
            <ActionForm action=steps.enable>
                <input type="hidden" name="name" value=name/>
                <button type="submit" class="button button-small">"Enable"</button>
            </ActionForm>
        }
        .into_any()
    } else {
        let disabled = name.clone();
        let reset = is_person.then(|| view! { <ResetForm name=name.clone() reset=steps.reset/> });
        view! {
            <details class="menu token-revoke">
                <summary class="button button-small">"Change" <span class="visually-hidden">" " {name}</span></summary>
                <div class="menu-body menu-body-text">
                    <p>"A disabled account is signed out, and its tokens stop at once. What it uploaded stays."</p>
                    <ActionForm action=steps.disable>
                        <input type="hidden" name="name" value=disabled/>
                        <button type="submit" class="button button-small button-danger">"Disable the account"</button>
                    </ActionForm>
                    {reset}
                </div>
            </details>
        }
        .into_any()
    };
    view! {
        <li class="token" class:token-revoked=disabled_at.is_some()>
            <div class="token-text">
                <h3><a href=address>{shown}</a></h3>
                <ul class="chip-row">
                    {admin.then(|| view! { <li class="chip chip-accent">"administrator"</li> })}
                    {program_of.map(|home| view! { <li class="chip">"program of " {home.to_string()}</li> })}
                    {disabled_at.map(|at| view! { <li class="chip chip-poor">"Disabled " <Moment at/></li> })}
                </ul>
                <p class="token-times"><span>"Created " <Moment at=created_at/></span></p>
            </div>
            {changes}
        </li>
    }
}

#[component]
fn ResetForm(name: String, reset: ServerAction<ResetPassword>) -> impl IntoView {
    let command = format!("model-registry reset-password {name}");
    view! {
        <p>"A new password ends all sessions, and must be changed after signing in."</p>
        <noscript><p>"It is shown by JavaScript only. Without it: " <code>{command}</code></p></noscript>
        <ActionForm action=reset>
            <input type="hidden" name="name" value=name/>
            <button type="submit" class="button button-small">"Reset the password"</button>
        </ActionForm>
    }
}

#[component]
fn Invitations(invitations: Vec<InvitationSummary>, steps: Steps) -> impl IntoView {
    let note = NodeRef::<leptos::html::Input>::new();
    let admin = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(field) = note.get_untracked() else { return };
        steps.invite.dispatch(NewInvitation { note: field.value(), admin: admin.get_untracked(), days: INVITATION_DAYS });
    };
    let made = move || steps.invite.value().with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()));
    let waiting = invitations.into_iter().map(|invitation| view! { <InvitationItem invitation revoke=steps.revoke/> });
    view! {
        <section class="panel token-form" aria-labelledby="invite-title">
            <h2 class="panel-title" id="invite-title">"Invite somebody"</h2>
            <noscript><div class="notice"><p>"Inviting needs JavaScript here. Without it: " <code>"model-registry invite NOTE"</code></p></div></noscript>
            <div aria-live="polite">
                {move || made().map(|made| view! {
                    <Secret words="Send this address to whom you invite. It works once, and is not shown again."
                        what="the address" secret=format!("{}{}", platform::origin(), made.path())/>
                })}
            </div>
            <form class="form" on:submit=submit>
                <div class="field">
                    <label for="invite-note">"Whom it is for"</label>
                    <input id="invite-note" node_ref=note maxlength=MAX_NOTE.to_string() autocomplete="off"/>
                </div>
                <label class="choice">
                    <input type="checkbox" on:change=move |_| admin.update(|admin| *admin = !*admin)/>
                    <span>"As an administrator"</span>
                </label>
                <button type="submit" class="button button-primary" disabled=steps.invite.pending()>"Create an invitation"</button>
            </form>
            <ul class="token-list">{waiting.collect_view()}</ul>
        </section>
    }
}

#[component]
fn InvitationItem(invitation: InvitationSummary, revoke: ServerAction<RevokeInvitation>) -> impl IntoView {
    let InvitationSummary { id, note, admin, invited_by, expires_at, .. } = invitation;
    let title = if note.is_empty() { "Somebody".to_owned() } else { note };
    view! {
        <li class="token">
            <div class="token-text">
                <h3>{title}</h3>
                <p class="token-times">
                    <span>"By " {invited_by} {admin.then_some(", as an administrator")}</span>
                    <span>"Expires " <Moment at=expires_at/></span>
                </p>
            </div>
            <ActionForm action=revoke>
                <input type="hidden" name="id" value=id.to_string()/>
                <button type="submit" class="button button-small">"Revoke"</button>
            </ActionForm>
        </li>
    }
}

#[component]
fn OrganisationForm(organise: ServerAction<CreateOrganisation>) -> impl IntoView {
    let made = move || organise.value().with(|answer| answer.as_ref().and_then(|answer| answer.as_ref().ok().cloned()));
    view! {
        <section class="panel token-form" aria-labelledby="organisation-title">
            <h2 class="panel-title" id="organisation-title">"New organisation"</h2>
            <div aria-live="polite">
                {move || made().map(|name| view! {
                    <div class="notice notice-good">
                        <p><strong>{name.to_string()}</strong> " is ready: " <a href=format!("/organisations/{name}")>"add its members"</a> "."</p>
                    </div>
                })}
            </div>
            <ActionForm action=organise>
                <div class="form">
                    <div class="field">
                        <label for="organisation-name">"Name"</label>
                        <input id="organisation-name" name="name" required autocomplete="off" autocapitalize="none" spellcheck="false"/>
                    </div>
                    <button type="submit" class="button" disabled=organise.pending()>"Create the organisation"</button>
                </div>
            </ActionForm>
        </section>
    }
}

/// Something that is shown once.
#[component]
fn Secret(words: &'static str, what: &'static str, secret: String) -> impl IntoView {
    view! {
        <div class="notice notice-good new-secret">
            <p>{words}</p>
            <div class="new-secret-row">
                <input class="input mono" readonly aria-label=what value=secret.clone()/>
                <CopyButton text=secret what/>
            </div>
        </div>
    }
}
