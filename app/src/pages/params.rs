//! Parameters in addresses.

use domain::{ErrorKind, search::SearchParams};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::error::AppError;

/// A part of the path, decoded; empty when the route has none of this name.
pub(crate) fn path_param(name: &'static str) -> Memo<String> {
    let params = use_params_map();
    Memo::new(move |_| params.with(|params| params.get_str(name).unwrap_or_default().to_owned()))
}

/// A parameter of the query; empty when it is not there.
pub(crate) fn query_param(name: &'static str) -> Memo<String> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get_str(name).unwrap_or_default().to_owned()))
}

/// All that a search may ask for in the query.
pub(crate) fn search_params() -> Memo<SearchParams> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let text = |name| query.get_str(name).unwrap_or_default().to_owned();
            SearchParams {
                q: text("q"),
                kind: text("kind"),
                namespace: text("namespace"),
                license: text("license"),
                task: text("task"),
                library: text("library"),
                topic: text("topic"),
                verdict: text("verdict"),
                min_score: text("min_score"),
                min_size: text("min_size"),
                max_size: text("max_size"),
                since: text("since"),
                regex: text("regex"),
                regex_in: text("regex_in"),
                sort: text("sort"),
                cursor: text("cursor"),
                limit: text("limit"),
            }
        })
    })
}

/// The text, unless it is empty.
pub(crate) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// An address that cannot name anything, because the names in it break their rules.
pub(crate) fn nothing_here() -> AppError {
    AppError::new(
        ErrorKind::NotFound,
        "There is nothing at this address. It may have been removed, or you may not have access to it.",
    )
}
