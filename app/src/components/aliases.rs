//! The aliases of a package: where they point, their history, and the forms that move them.

use domain::{
    PackageRef,
    lifecycle::{AliasMove, AliasSummary},
};
use leptos::prelude::*;

use super::{
    links::with_query,
    moment::Moment,
    package_form::{Failures, PackageFields, TextField, failure},
    package_header::Tab,
};
use crate::api::refs::{MoveAlias, ProtectAlias, RemoveAlias, RollAliasBack};

/// What can be done to aliases: one action each for the whole page, so that a failure is told once.
#[derive(Clone, Copy)]
pub struct AliasActions {
    shift: ServerAction<MoveAlias>,
    roll_back: ServerAction<RollAliasBack>,
    remove: ServerAction<RemoveAlias>,
    protect: ServerAction<ProtectAlias>,
}

impl AliasActions {
    /// Actions that nobody has taken yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shift: ServerAction::new(),
            roll_back: ServerAction::new(),
            remove: ServerAction::new(),
            protect: ServerAction::new(),
        }
    }

    /// Changes with every step that was taken: what was loaded before is out of date.
    #[must_use]
    pub fn steps(self) -> usize {
        self.shift.version().get() + self.roll_back.version().get() + self.remove.version().get() + self.protect.version().get()
    }
}

impl Default for AliasActions {
    fn default() -> Self {
        Self::new()
    }
}

/// What the visitor may do to aliases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AliasRights {
    /// Move those that are not protected.
    pub write: bool,
    /// Move all, and say which are protected.
    pub manage: bool,
}

/// The aliases, and a form that makes one.
#[component]
pub fn AliasList(
    /// The package.
    package: PackageRef,
    /// The aliases, by name.
    aliases: Vec<AliasSummary>,
    /// What the visitor may do.
    rights: AliasRights,
    /// The actions of the page.
    actions: AliasActions,
) -> impl IntoView {
    let AliasActions { shift, roll_back, remove, protect } = actions;
    let failures = vec![failure(shift.value()), failure(roll_back.value()), failure(remove.value()), failure(protect.value())];
    let is_empty = aliases.is_empty();
    let items = aliases.into_iter().map(|alias| view! { <AliasItem package=package.clone() alias rights actions/> });
    let items = items.collect_view();
    view! {
        <Failures failures/>
        {is_empty.then(|| view! {
            <p class="muted">"No aliases yet. An alias such as " <code>"production"</code> " points at the revision that others should use, and can be moved."</p>
        })}
        <ul class="alias-list">{items}</ul>
        {rights.write.then(|| view! {
            <details class="menu alias-new">
                <summary class="button button-small">"New alias"</summary>
                <div class="menu-body menu-body-text">
                    <ActionForm action=shift attr:class="form">
                        <PackageFields package/>
                        <input type="hidden" name="expected" value="none"/>
                        <TextField label="Name" name="alias"/>
                        <TextField label="Points at" name="to" value="main" list="refs-of-package"/>
                        <TextField label="Reason" name="reason" required=false/>
                        <button type="submit" class="button button-small button-primary">"Create the alias"</button>
                    </ActionForm>
                </div>
            </details>
        })}
    }
}

#[component]
fn AliasItem(package: PackageRef, alias: AliasSummary, rights: AliasRights, actions: AliasActions) -> impl IntoView {
    let AliasSummary { name, revision, updated_at, is_protected, previous } = alias;
    let may_move = rights.manage || rights.write && !is_protected;
    let history = with_query(&Tab::Versions.address(&package, ""), &[("alias", &name)]);
    let step = StepFields { package: package.clone(), alias: name.clone(), expected: revision.to_hex() };
    let (back, gone, guard) = (step.clone(), step.clone(), step.clone());
    view! {
        <li class="alias panel">
            <div class="alias-text">
                <h3><a class="mono" href=Tab::Overview.address(&package, &name)>{name.clone()}</a></h3>
                <p class="muted">
                    "Points at " <code title=revision.to_hex()>{revision.short()}</code> " since " <Moment at=updated_at/>
                    {is_protected.then_some(" · protected")} " · " <a href=history>"History" <span class="visually-hidden">" of " {name.clone()}</span></a>
                </p>
            </div>
            {may_move.then(|| view! {
                <div class="button-row">
                    <Step verb="Move" name=name.clone()>
                        <ActionForm action=actions.shift attr:class="form">
                            {step.fields()}
                            <TextField label="To" name="to" list="refs-of-package"/>
                            <TextField label="Reason" name="reason" required=false/>
                            <button type="submit" class="button button-small button-primary">"Move the alias"</button>
                        </ActionForm>
                    </Step>
                    {previous.map(|previous| view! {
                        <Step verb="Roll back" name=name.clone()>
                            <p>"It points at " <code>{previous.short()}</code> " again, as before its last move."</p>
                            <ActionForm action=actions.roll_back attr:class="form">
                                {back.fields()}
                                <TextField label="Reason" name="reason" required=false/>
                                <button type="submit" class="button button-small button-primary">"Roll the alias back"</button>
                            </ActionForm>
                        </Step>
                    })}
                    <Step verb="Remove" name=name.clone()>
                        <p>"Whoever uses this name finds nothing any more. Its history stays."</p>
                        <ActionForm action=actions.remove attr:class="form">
                            {gone.fields()}
                            <TextField label="Reason" name="reason" required=false/>
                            <button type="submit" class="button button-small button-danger">"Remove the alias"</button>
                        </ActionForm>
                    </Step>
                    {rights.manage.then(|| view! {
                        <ActionForm action=actions.protect>
                            {guard.fields()}
                            <input type="hidden" name="protected" value=(!is_protected).to_string()/>
                            <button type="submit" class="button button-small">{if is_protected { "Unprotect" } else { "Protect" }}</button>
                        </ActionForm>
                    })}
                </div>
            })}
        </li>
    }
}

/// A step that is unfolded first, and then confirmed: with and without JavaScript.
#[component]
fn Step(verb: &'static str, name: String, children: Children) -> impl IntoView {
    view! {
        <details class="menu">
            <summary class="button button-small">{verb} <span class="visually-hidden">" " {name}</span></summary>
            <div class="menu-body menu-body-text">{children()}</div>
        </details>
    }
}

/// What every step on an alias says: which one, and where its reader saw it.
#[derive(Clone)]
struct StepFields {
    package: PackageRef,
    alias: String,
    expected: String,
}

impl StepFields {
    fn fields(self) -> AnyView {
        view! {
            <PackageFields package=self.package/>
            <input type="hidden" name="alias" value=self.alias/>
            <input type="hidden" name="expected" value=self.expected/>
        }
        .into_any()
    }
}

/// The moves of an alias, newest first.
#[component]
pub fn AliasHistory(
    /// The package.
    package: PackageRef,
    /// The moves of this page.
    moves: Vec<AliasMove>,
) -> impl IntoView {
    if moves.is_empty() {
        return view! { <p class="muted">"There was never an alias of this name."</p> }.into_any();
    }
    let rows = moves.into_iter().map(|step| {
        let revision = |id: Option<domain::RevisionId>| match id {
            Some(id) => view! { <a class="mono" href=Tab::Overview.address(&package, &id.to_hex())>{id.short()}</a> }.into_any(),
            None => "–".into_any(),
        };
        view! {
            <tr>
                <td class="fit"><Moment at=step.at/></td>
                <td>{revision(step.from)}</td>
                <td>{revision(step.to)}</td>
                <td>{step.by}</td>
                <td>{step.reason}</td>
            </tr>
        }
    });
    view! {
        <div class="table-frame" tabindex="0" role="region" aria-label="Moves">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">"When"</th>
                        <th scope="col">"From"</th>
                        <th scope="col">"To"</th>
                        <th scope="col">"Who"</th>
                        <th scope="col">"Why"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
