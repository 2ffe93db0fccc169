//! Choosing: drop a folder, files or a zip, or pick them.

use leptos::{
    ev::{DragEvent, Event},
    prelude::*,
};

use crate::upload::{
    engine::Engine,
    state::{Phase, UploadState},
};

/// Where things are dropped, and the two inputs that do the same.
#[component]
pub fn Picker(
    /// Where the upload stands.
    state: UploadState,
    /// Takes the commands.
    engine: Engine,
) -> impl IntoView {
    let is_over = RwSignal::new(false);
    let may_choose = Memo::new(move |_| state.phase.with(Phase::may_choose));
    let is_empty = Memo::new(move |_| state.phase.with(|phase| *phase == Phase::Empty));
    let over = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(may_choose.get_untracked());
    };
    let drop = move |event: DragEvent| {
        event.prevent_default();
        is_over.set(false);
        if may_choose.get_untracked() {
            engine.choose_dropped(&event);
        }
    };
    let choose = move |event: Event| engine.choose_input(&event);
    view! {
        <section
            class="upload-drop"
            class:upload-drop-over=is_over
            hidden=move || !is_empty.get()
            aria-labelledby="upload-drop-title"
            on:dragenter=over
            on:dragover=over
            on:dragleave=move |_| is_over.set(false)
            on:drop=drop
        >
            <h2 id="upload-drop-title">"Drop a folder, files or a .zip here"</h2>
            <p class="muted">"A .zip is unpacked: its files are those of the folder that was zipped."</p>
            <div class="button-row">
                <label class="button button-primary upload-choice">
                    "Choose a folder"
                    <input type="file" prop:webkitdirectory=true class="upload-input" on:change=choose/>
                </label>
                <label class="button upload-choice">
                    "Choose files or a .zip"
                    <input type="file" multiple class="upload-input" on:change=choose/>
                </label>
            </div>
        </section>
        <div aria-live="polite">
            {move || state.notice.get().map(|text| view! { <p class="notice notice-fair upload-notice">{text}</p> })}
        </div>
    }
    .into_any()
}
