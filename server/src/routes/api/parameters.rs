//! Query parameters that an operation does not have: refused, so that a misspelt filter does not answer with everything.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use domain::ErrorKind;
use http::Method;
use registry::Error;
use serde_json::Value;
use url::form_urlencoded;
use utoipa::openapi::OpenApi;

use crate::error::RouteError;

/// Which parameters each operation has, by its path and its method.
#[derive(Clone)]
pub(super) struct Known(Arc<HashMap<(String, String), Vec<String>>>);

impl Known {
    /// Those that the document names.
    pub(super) fn of(api: &OpenApi) -> Self {
        // read as JSON: its form is the standard's, and does not change with the library
        let api = serde_json::to_value(api).unwrap_or_default();
        let paths = api["paths"].as_object().into_iter().flatten();
        let operations = paths.flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| ((path.clone(), method.to_uppercase()), names(operation)))
        });
        Self(Arc::new(operations.collect()))
    }

    /// Refuses a request with a parameter that its operation does not have.
    fn check(&self, request: &Request) -> Result<(), Error> {
        let (Some(query), Some(route)) = (request.uri().query(), request.extensions().get::<MatchedPath>()) else {
            return Ok(());
        };
        let method = if request.method() == Method::HEAD { Method::GET } else { request.method().clone() };
        // a path that goes on behind its last parameter is written like any other in the document
        let operation = (route.as_str().replace("{*", "{"), method.to_string());
        let Some(known) = self.0.get(&operation) else { return Ok(()) };
        let unknown = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| !known.iter().any(|known| known == name));
        unknown.map_or(Ok(()), |(name, _)| Err(refusal(&name, known)))
    }
}

fn names(operation: &Value) -> Vec<String> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let of_query = parameters.filter(|parameter| parameter["in"] == "query");
    of_query.filter_map(|parameter| parameter["name"].as_str().map(str::to_owned)).collect()
}

fn refusal(name: &str, known: &[String]) -> Error {
    let those = if known.is_empty() { "there are none".to_owned() } else { format!("use {}", known.join(", ")) };
    Error::new(ErrorKind::Invalid, format!("There is no query parameter “{name}” here: {those}."))
}

/// Lets requests through whose parameters are all known.
pub(super) async fn refuse_unknown(State(known): State<Known>, request: Request, next: Next) -> Response {
    match known.check(&request) {
        Ok(()) => next.run(request).await,
        Err(error) => RouteError::from(error).into_response(),
    }
}
