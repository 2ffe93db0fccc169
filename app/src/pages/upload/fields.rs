//! The form: where the revision goes, and what is new in it.

use domain::{PackageKind, PackageRef, people::Visibility};
use leptos::{
    ev::{Event, SubmitEvent},
    prelude::*,
    task::spawn_local,
};

use crate::{
    api::{packages, uploads::UploadOptions},
    platform,
    upload::{
        engine::Engine,
        form::{Filled, Form, Known, Problem},
        selection::suggest_name,
        state::{Phase, UploadState},
    },
};

/// So long nobody types before the registry is asked about the package, in milliseconds.
const CALM_MS: u32 = 300;

/// The form; locked while its upload runs.
#[component]
pub fn TargetForm(
    /// Where the upload stands.
    state: UploadState,
    /// Takes the commands.
    engine: Engine,
    /// What the person chose and typed.
    form: RwSignal<Form>,
    /// What is offered.
    options: UploadOptions,
) -> impl IntoView {
    let folder = Memo::new(move |_| state.selection.with(|selection| suggest_name(selection.as_ref()?.folder.as_deref()?)));
    let known = RwSignal::new(None::<Known>);
    let filled = Memo::new(move |_| form.with(|form| known.with(|known| form.filled(folder.get().as_ref(), known.as_ref()))));
    ask_about_package(filled, known);
    let was_sent = RwSignal::new(false);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        was_sent.set(true);
        if state.phase.with_untracked(|phase| *phase == Phase::Empty) {
            state.notice.set(Some("Choose a folder, files or a .zip first.".to_owned()));
        } else if let Some(target) = filled.with_untracked(Filled::target) {
            engine.start(target);
        }
    };
    let problems = Memo::new(move |_| filled.with(Filled::problems));
    let shown =
        move |problem: Option<Problem>| problem.filter(|problem| was_sent.get() || !problem.is_empty).map(|problem| problem.text);
    let existing = Memo::new(move |_| {
        known.get().filter(|known| known.exists && filled.with(Filled::package).as_ref() == Some(&known.package))
    });
    let about_version = Signal::derive(move || match existing.get().map(|known| (known.package, known.newest)) {
        None => "A version never moves: each upload gets a new one.".to_owned(),
        Some((package, None)) => format!("{package} exists. This adds a revision."),
        Some((package, Some(newest))) => format!("{package} exists; its newest version is {newest}. This adds a revision."),
    });
    view! {
        <form class="panel form upload-form" on:submit=submit aria-labelledby="upload-form-title">
            <h2 class="panel-title" id="upload-form-title">"Where it goes"</h2>
            <fieldset class="form" disabled=move || state.target.with(Option::is_some)>
                <Kinds form/>
                <Namespace form options problem=Signal::derive(move || shown(problems.get().namespace))/>
                <TextField
                    id="upload-name" label="Name" hint="1 to 96 letters, digits, “-”, “_” and “.”"
                    value=Signal::derive(move || filled.with(|filled| filled.name.clone()))
                    on_input=move |text| form.update(|form| form.name = Some(text))
                    problem=Signal::derive(move || shown(problems.get().name))
                />
                <TextField
                    id="upload-version" label="Version" hint=about_version
                    value=Signal::derive(move || filled.with(|filled| filled.version.clone()))
                    on_input=move |text| form.update(|form| form.version = Some(text))
                    problem=Signal::derive(move || shown(problems.get().version))
                />
                <WhoFinds form existing/>
                <Message form problem=Signal::derive(move || shown(problems.get().message))/>
                <button type="submit" class="button button-primary button-wide">"Upload"</button>
            </fieldset>
        </form>
    }
    .into_any()
}

/// Asks what the registry knows about the package that the form names, when nobody types for a moment.
fn ask_about_package(filled: Memo<Filled>, known: RwSignal<Option<Known>>) {
    let package = Memo::new(move |_| filled.with(Filled::package));
    Effect::new(move |_| {
        let Some(asked) = package.get() else { return };
        spawn_local(async move {
            platform::sleep(CALM_MS).await;
            // the form may name another package by now, or be gone with its page
            let is_current = || package.try_get_untracked().flatten().as_ref() == Some(&asked);
            if is_current() {
                let answer = look_up(&asked).await;
                if is_current() {
                    known.set(answer);
                }
            }
        });
    });
}

/// What the registry knows about a package; nothing when it does not say: no suggestion is better than a wrong one.
async fn look_up(package: &PackageRef) -> Option<Known> {
    let (kind, namespace, name) = (package.kind.to_string(), package.namespace.to_string(), package.name.to_string());
    let found = packages::existing_package(kind, namespace, name).await.ok()?;
    let (exists, visibility) = (found.is_some(), found.as_ref().map(|found| found.visibility));
    Some(Known { package: package.clone(), exists, newest: found.and_then(|found| found.version), visibility })
}

#[component]
fn Kinds(form: RwSignal<Form>) -> impl IntoView {
    let choices = PackageKind::ALL.map(|kind| {
        let is_chosen = move || form.with(|form| form.kind == kind);
        let is_chosen_at_first = form.with_untracked(|form| form.kind == kind);
        let choose = move |_| form.update(|form| form.kind = kind);
        view! {
            <label class="segment">
                <input type="radio" name="upload-kind" checked=is_chosen_at_first prop:checked=is_chosen on:change=choose/>
                <span>{kind.as_str()}</span>
            </label>
        }
    });
    view! { <fieldset class="segments"><legend>"Kind"</legend>{choices.into_iter().collect_view()}</fieldset> }
}

/// The namespace: one of those that the person may write to, named when they are very many; any for who may name a new one.
#[component]
fn Namespace(form: RwSignal<Form>, options: UploadOptions, problem: Signal<Option<String>>) -> impl IntoView {
    let value = Signal::derive(move || form.with(|form| form.namespace.clone()));
    let set = move |text| form.update(|form| form.namespace = text);
    let UploadOptions { namespaces, are_all, any_namespace, .. } = options;
    if any_namespace || !are_all {
        let hint = if any_namespace { "A user or an organisation; a new one is made." } else { "One that you may upload to." };
        let offered = namespaces.into_iter().map(|name| view! { <option value=name></option> }).collect_view();
        return view! {
            <TextField id="upload-namespace" label="Namespace" hint list="upload-namespaces" value on_input=set problem/>
            <datalist id="upload-namespaces">{offered}</datalist>
        }
        .into_any();
    }
    let choices = namespaces.into_iter().map(|name| {
        let this = name.clone();
        view! { <option value=name.clone() selected=move || value.get() == this>{name.clone()}</option> }
    });
    view! {
        <div class="field">
            <label for="upload-namespace">"Namespace"</label>
            <select id="upload-namespace" on:change=move |event| set(event_target_value(&event))>{choices.collect_view()}</select>
            <ProblemText id="upload-namespace-problem" problem/>
        </div>
    }
    .into_any()
}

/// Who finds the package: chosen when it is new, told when it exists.
#[component]
fn WhoFinds(form: RwSignal<Form>, existing: Memo<Option<Known>>) -> impl IntoView {
    let visibility = move || match existing.with(|known| known.as_ref().and_then(|known| known.visibility)) {
        Some(existing) => existing,
        None => form.with(|form| form.visibility.unwrap_or_default()),
    };
    let is_chosen_at_first = form.with_untracked(|form| form.visibility.unwrap_or_default());
    let exists = move || existing.with(Option::is_some);
    let choices = Visibility::ALL.map(|choice| {
        view! {
            <option value=choice.as_str() selected=choice == is_chosen_at_first prop:selected=move || visibility() == choice>
                {choice.as_str()} ": " {choice.in_a_word()}
            </option>
        }
    });
    let hint = move || if exists() { "Change it on the package's page." } else { "It applies from the first moment." };
    view! {
        <div class="field">
            <label for="upload-visibility">"Visibility"</label>
            <select
                id="upload-visibility" disabled=exists aria-describedby="upload-visibility-hint"
                on:change=move |event| form.update(|form| form.visibility = event_target_value(&event).parse().ok())
            >
                {choices.into_iter().collect_view()}
            </select>
            <p class="field-hint" id="upload-visibility-hint">{hint}</p>
        </div>
    }
    .into_any()
}

#[component]
fn Message(form: RwSignal<Form>, problem: Signal<Option<String>>) -> impl IntoView {
    let set = move |event: Event| form.update(|form| form.message = event_target_value(&event));
    view! {
        <div class="field">
            <label for="upload-message">"Message"</label>
            <textarea
                id="upload-message" rows="3" placeholder="What is new, in a sentence"
                prop:value=move || form.with(|form| form.message.clone())
                aria-invalid=move || problem.with(|problem| problem.is_some().then_some("true"))
                aria-describedby="upload-message-problem"
                on:input=set
            ></textarea>
            <ProblemText id="upload-message-problem" problem/>
        </div>
    }
    .into_any()
}

/// A line of text with its label, its hint and what is wrong with it.
#[component]
fn TextField(
    id: &'static str,
    label: &'static str,
    #[prop(into)] hint: Signal<String>,
    /// The id of a list of suggestions.
    #[prop(optional)]
    list: Option<&'static str>,
    value: Signal<String>,
    on_input: impl Fn(String) + 'static,
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let problem_id = format!("{id}-problem");
    let hint_id = format!("{id}-hint");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id list=list autocomplete="off" autocapitalize="off" spellcheck="false"
                value=value.get_untracked() prop:value=value
                aria-invalid=move || problem.with(|problem| problem.is_some().then_some("true"))
                aria-describedby=format!("{problem_id} {hint_id}")
                on:input=move |event| on_input(event_target_value(&event))
            />
            <ProblemText id=problem_id problem/>
            <p class="field-hint" id=hint_id>{hint}</p>
        </div>
    }
    .into_any()
}

#[component]
fn ProblemText(#[prop(into)] id: String, problem: Signal<Option<String>>) -> impl IntoView {
    view! { <p class="field-error" id=id aria-live="polite">{move || problem.get()}</p> }
}
