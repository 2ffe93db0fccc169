//! The few things that pages do differently on the server and in the browser: the only such seam of pages and components.

/// Sets the HTTP status of the page that is being rendered; nothing in the browser.
pub(crate) fn set_status(status: u16) {
    #[cfg(feature = "ssr")]
    crate::ssr::set_status(status);
    #[cfg(not(feature = "ssr"))]
    let _ = status;
}

/// Has the page that is being rendered name a part of the bundle, so that the browser loads it along with the main part and not
/// after it; nothing in the browser.
pub(crate) fn announce_part(name: &'static str) {
    #[cfg(feature = "ssr")]
    leptos::prefetch_lazy_fn_on_server(name);
    #[cfg(not(feature = "ssr"))]
    let _ = name;
}

/// Where the site is, such as `https://models.example.org`: what stands before the path of an address.
#[cfg(feature = "browser")]
pub(crate) fn origin() -> String {
    leptos::prelude::window().location().origin().unwrap_or_default()
}

/// Puts text on the clipboard and says whether that worked.
#[cfg(feature = "browser")]
pub(crate) async fn copy(text: &str) -> bool {
    // an origin without TLS has no clipboard
    if !leptos::prelude::window().is_secure_context() {
        return false;
    }
    let written = leptos::prelude::window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(written).await.is_ok()
}

/// Whether nobody can see the page now: another tab is in front.
#[cfg(feature = "browser")]
pub(crate) fn is_hidden() -> bool {
    leptos::prelude::document().hidden()
}

/// Waits.
#[cfg(feature = "browser")]
pub(crate) async fn sleep(milliseconds: u32) {
    gloo_timers::future::TimeoutFuture::new(milliseconds).await;
}

/// Addresses with their host are shown in the browser only.
#[cfg(not(feature = "browser"))]
pub(crate) fn origin() -> String {
    String::new()
}

/// There is no clipboard on the server.
#[cfg(not(feature = "browser"))]
#[expect(clippy::unused_async, reason = "the browser's counterpart waits")]
pub(crate) async fn copy(_text: &str) -> bool {
    false
}

/// Pages are rendered on the server to be seen.
#[cfg(not(feature = "browser"))]
pub(crate) fn is_hidden() -> bool {
    false
}

/// Effects, which are all that waits, do not run on the server.
#[cfg(not(feature = "browser"))]
pub(crate) async fn sleep(_milliseconds: u32) {
    std::future::pending().await
}
