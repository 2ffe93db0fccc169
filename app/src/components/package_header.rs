//! What all pages of a package begin with: its name, its score, the revision, the tabs.

use domain::{PackageRef, listing::PackageDetail};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use super::{
    copy_button::CopyButton,
    links::with_query,
    package_list::kind_title,
    revision_picker::{RevisionPicker, at_query},
    score::{BadgeSize, ScoreBadge},
};

/// The pages of a package, in the order of their tabs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The card, and the facts beside it.
    Overview,
    /// The files.
    Files,
    /// Refs and history.
    Versions,
    /// The metrics.
    Scores,
    /// What it is made from.
    Lineage,
    /// The runs of the autograder.
    Jobs,
    /// Renaming and deleting, for who may.
    Settings,
}

impl Tab {
    const ALL: [Self; 7] = [Self::Overview, Self::Files, Self::Versions, Self::Scores, Self::Lineage, Self::Jobs, Self::Settings];

    const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Files => "Files",
            Self::Versions => "Versions",
            Self::Scores => "Scores",
            Self::Lineage => "Lineage",
            Self::Jobs => "Jobs",
            Self::Settings => "Settings",
        }
    }

    /// The address of the page of a package at a revision; versions, lineage and jobs are those of the whole package.
    #[must_use]
    pub fn address(self, package: &PackageRef, at: &str) -> String {
        let page = package.page();
        match self {
            Self::Overview => with_query(&page, &[("at", at_query(at))]),
            Self::Files => package.tree_page(at, ""),
            Self::Versions => format!("{page}/versions"),
            Self::Scores => with_query(&format!("{page}/scores"), &[("at", at_query(at))]),
            Self::Lineage => format!("{page}/lineage"),
            Self::Jobs => format!("{page}/jobs"),
            Self::Settings => format!("{page}/settings"),
        }
    }

    /// Where the same page shows another revision.
    fn picker(self) -> fn(&PackageRef, &str) -> String {
        match self {
            Self::Files => |package, at| Self::Files.address(package, at),
            Self::Scores => |package, at| Self::Scores.address(package, at),
            Self::Overview | Self::Versions | Self::Lineage | Self::Jobs | Self::Settings => {
                |package, at| Self::Overview.address(package, at)
            }
        }
    }
}

/// The head of a package's page, with the tabs.
#[component]
pub fn PackageHeader(
    /// The package.
    detail: PackageDetail,
    /// The page that is shown.
    tab: Tab,
) -> impl IntoView {
    let PackageDetail { package, description, at, refs, score, may_manage, .. } = detail;
    let full_name = package.full_name();
    let title = match tab {
        Tab::Overview => full_name.clone(),
        Tab::Files | Tab::Versions | Tab::Scores | Tab::Lineage | Tab::Jobs | Tab::Settings => {
            format!("{} · {full_name}", tab.title())
        }
    };
    view! {
        <Title text=title/>
        <Meta name="description" content=description.clone()/>
        <div class="package-header">
            <ScoreBadge score size=BadgeSize::Large/>
            <div class="package-header-text">
                <p class="eyebrow">
                    {kind_title(package.kind)} " in " <a href=format!("/{}", package.namespace)>{package.namespace.to_string()}</a>
                </p>
                <div class="package-title">
                    <h1>{package.name.to_string()}</h1>
                    <CopyButton text=full_name what="the package's name"/>
                </div>
                {(!description.is_empty()).then(|| view! { <p class="lead">{description}</p> })}
            </div>
            <RevisionPicker at=at.clone() refs address=tab.picker() package=package.clone()/>
        </div>
        <Tabs package at current=tab may_manage/>
    }
}

#[component]
fn Tabs(package: PackageRef, at: String, current: Tab, may_manage: bool) -> impl IntoView {
    let links = Tab::ALL.into_iter().filter(|tab| may_manage || *tab != Tab::Settings).map(|tab| {
        view! { <li><a href=tab.address(&package, &at) aria-current=(tab == current).then_some("page")>{tab.title()}</a></li> }
    });
    view! {
        <nav class="tabs" aria-label="Package">
            <ul>{links.collect_view()}</ul>
        </nav>
    }
}
