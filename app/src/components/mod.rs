//! Pieces of pages: data and callbacks in, view out. What loads data lives in [`crate::pages`].

/// The account menu in the header.
pub mod account_menu;
/// Where an alias pointed at a moment.
pub mod alias_at;
/// The aliases of a package.
pub mod aliases;
/// A model card: the one place that shows foreign HTML.
pub mod card;
/// Two revisions side by side.
pub mod compare;
/// A button that copies text.
pub mod copy_button;
/// The deleted packages of a namespace.
pub mod deleted_packages;
/// What of a revision can be downloaded.
pub mod downloads;
/// What to do when there is nothing to show.
pub mod empty;
/// A failure, shown by its kind.
pub mod error_view;
/// What the packages found have in common.
pub mod facet_list;
/// What the files of a revision say about themselves.
pub mod facts;
/// The files and folders of a revision.
pub mod files;
/// Security findings and the verdict.
pub mod findings;
/// The foot of every page.
pub mod footer;
/// The head of every page.
pub mod header;
/// The revisions of a package, and the names that point at them.
pub mod history;
/// A run of the autograder, live while it runs.
pub mod job_card;
/// Following a job until it ends.
pub mod job_watch;
/// The lineage of a package as a picture.
pub mod lineage_graph;
/// The lineage of a package as a table, and how to change it.
pub mod lineage_table;
/// Addresses with query strings.
pub mod links;
/// The sign of the registry.
pub mod logo;
/// One metric with its reasons.
pub mod metric;
/// A moment in time.
pub mod moment;
/// Forms that change something about a package.
pub mod package_form;
/// What all pages of a package begin with.
pub mod package_header;
/// Packages in a list.
pub mod package_list;
/// Links to the next page of a list.
pub mod pagination;
/// The programs of a namespace, and their tokens.
pub mod programs;
/// The forms that make and delete branches and versions.
pub mod ref_forms;
/// Choosing the revision that is shown.
pub mod revision_picker;
/// A right on a namespace, in a form.
pub mod right_field;
/// Scores as a badge and as a bar.
pub mod score;
/// The filters of a search that are set.
pub mod search_chips;
/// The form that searches packages.
pub mod search_form;
/// What a namespace stores.
pub mod storage;
/// The form that makes an access token.
pub mod token_form;
/// Showing and making access tokens.
pub mod token_list;
/// Who may find a package.
pub mod visibility;
