//! Who is signed in, as every page sees it.

use domain::account::CurrentUser;
use leptos::prelude::*;

use crate::{
    api::accounts,
    loading::{Loaded, load},
};

/// The signed-in user, loaded once for all pages.
#[derive(Clone, Copy)]
pub struct Session {
    /// The user; nothing when nobody is signed in.
    pub user: Loaded<Option<CurrentUser>>,
}

impl Session {
    /// Loads the user and gives the session to all components below.
    pub(crate) fn provide() {
        provide_context(Self { user: load(|| (), |()| accounts::current_user()) });
    }

    /// The session of this page.
    ///
    /// # Panics
    /// Outside [`App`](crate::App), which provides it.
    #[must_use]
    pub fn current() -> Self {
        expect_context()
    }
}
