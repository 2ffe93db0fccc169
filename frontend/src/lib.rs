//! The WASM entry point: one bundle, in parts (`app::parts`), with two ways to start.
//!
//! A page that the server rendered says so (`<html data-render="ssr">`) and is hydrated; the static shell is mounted on. The
//! same bundle runs in the hashing worker, which calls [`app::browser::worker`] only.

use app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the app in the document. Called by the script that the server renders, and by `boot.js` on the static shell.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let rendered = leptos::prelude::document()
        .document_element()
        .and_then(|root| root.get_attribute("data-render"))
        .is_some_and(|how| how == "ssr");
    if rendered {
        leptos::mount::hydrate_lazy(App);
    } else {
        leptos::mount::mount_to_body(App);
    }
}
