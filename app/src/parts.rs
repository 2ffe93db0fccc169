//! Which page a route shows, and in which part of the bundle the page is.
//!
//! What every page needs makes up the main part: the framework, the router, the frame. A function marked `wasm_split` takes out of
//! it all code that nothing else calls, for the browser to load when the function is first called; functions with the same name
//! of a part share one. Code that several parts call, and the main part does not, is in chunks of its own: 2ⁿ at the worst, so
//! few parts are better than one for each page. On the server all of them are plain functions.

use domain::ErrorKind;
use leptos::prelude::*;
use leptos_router::ChooseView;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use crate::{
    components::error_view::ErrorView,
    error::AppError,
    pages::{
        access_tokens::AccessTokensPage,
        audit::AuditPage,
        home::HomePage,
        join::JoinPage,
        members::MembersPage,
        namespace::NamespacePage,
        package::{
            compare::ComparePage, files::FilesPage, jobs::JobsPage, lineage::LineagePage, overview::OverviewPage,
            scores::ScoresPage, settings::SettingsPage, versions::VersionsPage,
        },
        password::PasswordPage,
        sign_in::SignInPage,
        upload::UploadPage,
        users::UsersPage,
    },
    platform,
};

/// The page of a route, by the part of the bundle that it is in.
#[derive(Clone, Copy, Debug)]
pub enum Page {
    /// Where visits begin.
    Entry(EntryPage),
    /// The first page of a package.
    Overview,
    /// The other pages of a package.
    Tab(TabPage),
    /// Where packages are brought in, from here or by a program.
    Desk(DeskPage),
}

/// The pages where visits begin.
#[derive(Clone, Copy, Debug)]
pub enum EntryPage {
    /// Searching and listing packages.
    Home,
    /// The packages of a namespace.
    Namespace,
    /// The way in.
    SignIn,
}

/// The pages of a package but the first.
#[derive(Clone, Copy, Debug)]
pub enum TabPage {
    /// The files.
    Files,
    /// Refs and history.
    Versions,
    /// Every metric with its reasons.
    Scores,
    /// What it is made from.
    Lineage,
    /// The runs of the autograder.
    Jobs,
    /// Two revisions side by side.
    Compare,
    /// Renaming and deleting.
    Settings,
}

/// The pages of who brings packages in, and of accounts.
#[derive(Clone, Copy, Debug)]
pub enum DeskPage {
    /// Bringing a package in.
    Upload,
    /// Access tokens.
    AccessTokens,
    /// The password.
    Password,
    /// Accepting an invitation.
    Join,
    /// The members of a namespace.
    Members,
    /// Accounts and invitations.
    Users,
    /// The audit record.
    Audit,
}

impl ChooseView for Page {
    async fn choose(self) -> AnyView {
        let page = match self {
            Self::Entry(page) => entry(page).await,
            Self::Overview => overview().await,
            Self::Tab(page) => tab(page).await,
            Self::Desk(page) => desk(page).await,
        };
        page.unwrap_or_else(|error| view! { <ErrorView error/> }.into_any())
    }

    async fn preload(&self) {}
}

#[wasm_split(entry, fallible)]
fn entry(page: EntryPage) -> Result<AnyView, AppError> {
    platform::announce_part("entry");
    Ok(match page {
        EntryPage::Home => HomePage().into_any(),
        EntryPage::Namespace => NamespacePage().into_any(),
        EntryPage::SignIn => SignInPage().into_any(),
    })
}

#[wasm_split(overview, fallible)]
fn overview() -> Result<AnyView, AppError> {
    platform::announce_part("overview");
    Ok(OverviewPage().into_any())
}

#[wasm_split(tab, fallible)]
fn tab(page: TabPage) -> Result<AnyView, AppError> {
    platform::announce_part("tab");
    Ok(match page {
        TabPage::Files => FilesPage().into_any(),
        TabPage::Versions => VersionsPage().into_any(),
        TabPage::Scores => ScoresPage().into_any(),
        TabPage::Lineage => LineagePage().into_any(),
        TabPage::Jobs => JobsPage().into_any(),
        TabPage::Compare => ComparePage().into_any(),
        TabPage::Settings => SettingsPage().into_any(),
    })
}

#[wasm_split(desk, fallible)]
fn desk(page: DeskPage) -> Result<AnyView, AppError> {
    platform::announce_part("desk");
    Ok(match page {
        DeskPage::Upload => UploadPage().into_any(),
        DeskPage::AccessTokens => AccessTokensPage().into_any(),
        DeskPage::Password => PasswordPage().into_any(),
        DeskPage::Join => JoinPage().into_any(),
        DeskPage::Members => MembersPage().into_any(),
        DeskPage::Users => UsersPage().into_any(),
        DeskPage::Audit => AuditPage().into_any(),
    })
}

/// A part may be out of reach, or belong to another version of the site than the main part that runs. The next step that
/// [`ErrorView`] offers helps in both cases: it loads the page anew, from the server.
impl From<SplitLoaderError> for AppError {
    fn from(_: SplitLoaderError) -> Self {
        Self::new(
            ErrorKind::Unavailable,
            "This page could not be loaded: the registry is out of reach, or the site was updated. Try again.",
        )
    }
}
