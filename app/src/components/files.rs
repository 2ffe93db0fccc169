//! The files and folders of a revision.

use domain::{PackageRef, listing::TreeEntry, units};
use leptos::prelude::*;

use super::copy_button::CopyButton;

/// The links from the top of a revision down to the folder that is shown.
#[component]
pub fn Breadcrumbs(
    /// The package.
    package: PackageRef,
    /// How the revision is named.
    at: String,
    /// The folder; empty at the top.
    path: String,
) -> impl IntoView {
    let folders = path.match_indices('/').map(|(end, _)| end).chain((!path.is_empty()).then_some(path.len()));
    let crumbs = folders.map(|end| {
        let folder = &path[..end];
        let name = folder.rsplit('/').next().unwrap_or_default().to_owned();
        let last = end == path.len();
        view! {
            <li>
                <a href=package.tree_page(&at, folder) rel=external(folder) aria-current=last.then_some("page")>{name}</a>
            </li>
        }
    });
    let crumbs: Vec<_> = crumbs.collect();
    view! {
        <nav class="breadcrumbs" aria-label="Folders">
            <ol>
                <li><a href=package.tree_page(&at, "") aria-current=path.is_empty().then_some("page")>{package.name.to_string()}</a></li>
                {crumbs}
            </ol>
        </nav>
    }
}

/// The router decodes an address twice when it navigates: a path with a literal `%` is left to the browser.
fn external(path: &str) -> Option<&'static str> {
    path.contains('%').then_some("external")
}

/// What a folder holds: folders first, then files with their size, digest and download.
#[component]
pub fn FileTable(
    /// The package.
    package: PackageRef,
    /// How the revision is named.
    at: String,
    /// The entries, in their order.
    entries: Vec<TreeEntry>,
) -> impl IntoView {
    let rows = entries.into_iter().map(|entry| match &entry.file {
        None => folder_row(&package, &at, &entry).into_any(),
        Some(file) => file_row(&package, &at, &entry, file.sha256).into_any(),
    });
    view! {
        <div class="table-frame">
            <table class="table file-table">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="number">"Size"</th>
                        <th scope="col" class="file-digest">"SHA-256"</th>
                        <th scope="col" class="fit">"Download"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
    }
}

fn folder_row(package: &PackageRef, at: &str, entry: &TreeEntry) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">
                <a class="file-name" href=package.tree_page(at, &entry.path) rel=external(&entry.path)>
                    <FolderIcon/>
                    <span>{entry.name().to_owned()} "/"</span>
                </a>
            </th>
            <td class="number">{units::bytes(entry.size)}</td>
            <td class="file-digest"></td>
            <td></td>
        </tr>
    }
}

fn file_row(package: &PackageRef, at: &str, entry: &TreeEntry, sha256: domain::Sha256Digest) -> impl IntoView {
    let name = entry.name().to_owned();
    view! {
        <tr>
            <th scope="row">
                <span class="file-name">
                    <FileIcon/>
                    <span>{name.clone()}</span>
                </span>
            </th>
            <td class="number">{units::bytes(entry.size)}</td>
            <td class="file-digest">
                <code title=sha256.to_hex()>{sha256.short()}</code>
                <CopyButton text=sha256.to_hex() what="the SHA-256"/>
            </td>
            <td class="fit">
                <a class="button button-small" href=package.file_url(at, &entry.path) download=name>
                    "Download" <span class="visually-hidden">" " {name.clone()}</span>
                </a>
            </td>
        </tr>
    }
}

#[component]
fn FolderIcon() -> impl IntoView {
    view! {
        <svg class="icon icon-folder" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d="M2 5.5A1.5 1.5 0 0 1 3.5 4h4l2 2.5h7A1.5 1.5 0 0 1 18 8v6.5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 2 14.5z"></path>
        </svg>
    }
}

#[component]
fn FileIcon() -> impl IntoView {
    view! {
        <svg class="icon icon-file" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" focusable="false">
            <path d="M5 2.5h6.5L16 7v10.5H5zM11.5 2.5V7H16"></path>
        </svg>
    }
}
