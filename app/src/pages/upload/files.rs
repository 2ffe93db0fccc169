//! The files of the upload, each with its state. Of many, those that move and the first others.

use domain::units;
use leptos::prelude::*;

use crate::upload::progress::{FileState, Row, Snapshot, Step};

/// The list of files.
#[component]
pub fn Files(
    /// How far they are.
    progress: RwSignal<Snapshot>,
) -> impl IntoView {
    let indices = Memo::new(move |_| progress.with(|progress| progress.rows.iter().map(|row| row.index).collect::<Vec<_>>()));
    let row = move |index: usize| {
        let row = Memo::new(move |_| {
            progress.with(|progress| {
                let at = progress.rows.binary_search_by_key(&index, |row| row.index).ok()?;
                progress.rows.get(at).cloned()
            })
        });
        view! { <FileRow row/> }
    };
    let more = Memo::new(move |_| progress.with(|progress| progress.more));
    view! {
        <ul class="upload-files" aria-label="Files">
            <For each=move || indices.get() key=|index| *index children=row/>
        </ul>
        {move || (more.get() > 0).then(|| view! { <p class="muted">"and " {units::plural(more.get(), "more file")}</p> })}
    }
    .into_any()
}

/// One file. It is nothing for a moment when the list changes under it.
#[component]
fn FileRow(row: Memo<Option<Row>>) -> impl IntoView {
    let path = row.with_untracked(|row| row.as_ref().map(|row| row.path.to_string()));
    let size = row.with_untracked(|row| row.as_ref().map(|row| row.size)).unwrap_or_default();
    let state = Memo::new(move |_| row.with(|row| row.as_ref().map_or(FileState::Waiting, |row| row.state)));
    let kind = move || match state.get() {
        FileState::Waiting | FileState::Hashed => "chip",
        FileState::Hashing(_) | FileState::Sending(_) => "chip chip-accent",
        FileState::AlreadyThere | FileState::Done => "chip chip-good",
    };
    let moving = move || state.get().moving().map(|done| Step { done, total: size }.thousandths());
    view! {
        <li class="upload-file">
            <span class="upload-path">{path.clone()}</span>
            <span class="upload-size">{units::bytes(size)}</span>
            <span class=kind>
                {move || state.get().label()}
                {move || moving().map(|part| format!(" {} %", part / 10))}
            </span>
            {move || moving().map(|part| view! { <progress max="1000" value=part aria-label=path.clone()></progress> })}
        </li>
    }
    .into_any()
}
