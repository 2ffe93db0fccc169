//! Leading on from the former names of packages: pages and downloads at an old address are at the new one for good.

use app::ssr::Visit;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use domain::{ErrorKind, PackageKind, PackageRef};
use http::{Method, header};

use crate::{error::RouteError, routes::AppState};

/// Answers 308 when the address names a package by a former name. Server functions find it by either name by themselves.
pub(crate) async fn lead_on(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let actor = request.extensions().get::<Visit>().map(Visit::acting);
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some(actor) = actor
        && is_read
        && let Some(named) = Named::by(request.uri().path())
    {
        match state.registry.renamed_to(&actor, &named.package).await {
            Ok(Some(now)) => {
                let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
                let address = format!("{}{}{query}", named.place.of(&now), named.rest);
                // not to be kept: the name may be released, or come back
                return ([(header::CACHE_CONTROL, "no-store")], Redirect::permanent(&address)).into_response();
            }
            // the route itself says what is not there or not allowed
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::Unauthenticated) => {
                return RouteError::from(error).into_response();
            }
            Ok(None) | Err(_) => {}
        }
    }
    next.run(request).await
}

/// Where packages have addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Pages,
    Api,
}

impl Place {
    fn of(self, package: &PackageRef) -> String {
        match self {
            Self::Pages => package.page(),
            Self::Api => package.api(),
        }
    }
}

/// The package that an address names, and what follows its name.
#[derive(Debug, PartialEq, Eq)]
struct Named<'a> {
    place: Place,
    package: PackageRef,
    rest: &'a str,
}

impl<'a> Named<'a> {
    fn by(path: &'a str) -> Option<Self> {
        let prefixed = |kind: PackageKind| match kind.page_prefix() {
            "" => None,
            prefix => Some((Place::Pages, kind, path.strip_prefix(prefix)?.strip_prefix('/')?)),
        };
        let in_api = |kind: PackageKind| {
            let below = path.strip_prefix("/api/v1/")?.strip_prefix(kind.plural())?.strip_prefix('/')?;
            Some((Place::Api, kind, below))
        };
        let (place, kind, names) = PackageKind::ALL
            .into_iter()
            .find_map(|kind| in_api(kind).or_else(|| prefixed(kind)))
            .or_else(|| Some((Place::Pages, PackageKind::Model, path.strip_prefix('/')?)))?;
        let slash = names.find('/')?;
        let end = names[slash + 1..].find('/').map_or(names.len(), |at| slash + 1 + at);
        let package = PackageRef::parse(kind, &names[..end]).ok()?;
        Some(Self { place, package, rest: &names[end..] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_packages() {
        for (path, expected) in [
            ("/ann/bert", Some((Place::Pages, PackageKind::Model, ""))),
            ("/ann/bert/tree/main/a%20b", Some((Place::Pages, PackageKind::Model, "/tree/main/a%20b"))),
            ("/datasets/ann/bert/versions", Some((Place::Pages, PackageKind::Dataset, "/versions"))),
            ("/api/v1/code/ann/bert/archive/main", Some((Place::Api, PackageKind::Code, "/archive/main"))),
            ("/api/v1/models/ann/bert", Some((Place::Api, PackageKind::Model, ""))),
            ("/", None),
            ("/ann", None),
            ("/rpc/package", None),
            ("/api/v1/uploads/ann/bert", None),
            ("/settings/tokens", None),
            ("/ann/be%20rt", None),
            ("//bert", None),
        ] {
            let package = |kind| PackageRef::parse(kind, "ann/bert").unwrap();
            let expected = expected.map(|(place, kind, rest)| Named { place, package: package(kind), rest });
            assert_eq!(Named::by(path), expected, "{path}");
        }
    }
}
