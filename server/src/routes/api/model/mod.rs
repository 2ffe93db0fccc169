//! What REST shows of the registry's words. Own types, so that what programs rely on does not change when pages want more.

mod account;
mod aliases;
mod audit;
mod compare;
mod components;
mod lineage;
mod packages;
mod people;
mod refs;
mod removal;
mod renaming;
mod reports;
mod search;
mod storage;
mod uploads;

use domain::listing;
use serde::Serialize;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use utoipa::ToSchema;

pub(super) use self::{
    account::*, aliases::*, audit::*, compare::*, components::*, lineage::*, packages::*, people::*, refs::*, removal::*,
    renaming::*, reports::*, search::*, storage::*, uploads::*,
};

/// RFC 3339. Moments of the catalog lie in years that it can write.
pub(super) fn moment(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The items.
    pub(super) items: Vec<T>,
    /// Give it back as `cursor` for the next page; nothing at the end.
    pub(super) next: Option<String>,
}

impl<T> Page<T> {
    /// Shows a page of the services.
    pub(super) fn of<U: Into<T>>(page: listing::Page<U>) -> Self {
        Self { items: page.items.into_iter().map(Into::into).collect(), next: page.next }
    }
}
