//! The commands that the page gives; the one place where it matters whether there is a browser.

#[cfg(feature = "browser")]
pub use crate::browser::Engine;
#[cfg(not(feature = "browser"))]
pub use on_the_server::Engine;

#[cfg(not(feature = "browser"))]
mod on_the_server {
    use leptos::ev::{DragEvent, Event};

    use crate::upload::state::{Target, UploadState};

    /// The engine where the page is only rendered: nobody is there to give commands.
    #[derive(Clone, Copy, Debug)]
    pub struct Engine;

    impl Engine {
        /// An engine that reports to `state`.
        #[must_use]
        pub fn new(_state: UploadState) -> Self {
            Self
        }

        /// Takes what was dropped.
        pub fn choose_dropped(self, _event: &DragEvent) {}

        /// Takes what was chosen in a file input.
        pub fn choose_input(self, _event: &Event) {}

        /// Forgets what was chosen.
        pub fn forget(self) {}

        /// Uploads what was chosen, as soon as it is hashed.
        pub fn start(self, _target: Target) {}

        /// Stops sending until [`Self::resume`].
        pub fn pause(self) {}

        /// Goes on.
        pub fn resume(self) {}

        /// Tries again at once instead of waiting for the connection.
        pub fn retry_now(self) {}

        /// Gives the upload up, and lets the registry remove what has arrived.
        pub fn cancel(self) {}
    }
}
