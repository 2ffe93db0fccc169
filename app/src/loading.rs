//! What pages load, and what is shown of it.
//!
//! Both take their parameters behind pointers: the machinery underneath is generic, and its code would be in the bundle anew for
//! each closure of each page.

use std::pin::Pin;

use leptos::{
    prelude::*,
    server::codee::{Decoder, Encoder},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{components::error_view::Loading, error::AppError};

/// What a page has loaded from the registry, or will have.
pub type Loaded<T> = Resource<Result<T, AppError>, Json>;

/// Loads `what` a source asks for, again whenever it asks for something else.
pub fn load<S, T, F>(source: impl Fn() -> S + Send + Sync + 'static, what: impl Fn(S) -> F + Send + Sync + 'static) -> Loaded<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    type Source<S> = Box<dyn Fn() -> S + Send + Sync>;
    type Answer<T> = Pin<Box<dyn Future<Output = Result<T, AppError>> + Send>>;
    let source: Source<S> = Box::new(source);
    let what: Box<dyn Fn(S) -> Answer<T> + Send + Sync> = Box::new(move |asked| Box::pin(what(asked)));
    // blocking: the status of the page depends on it
    Resource::new_with_options(source, what, true)
}

/// Shows a view as soon as what it awaits is loaded, and the old one until then.
pub fn once_loaded<F>(view: impl Fn() -> F + Send + 'static) -> AnyView
where
    F: Future<Output = AnyView> + Send + 'static,
{
    type View = Pin<Box<dyn Future<Output = AnyView> + Send>>;
    let view: Box<dyn Fn() -> Suspend<AnyView> + Send> = Box::new(move || Suspend::new(Box::pin(view()) as View));
    view! { <Transition fallback=Loading>{view}</Transition> }.into_any()
}

/// JSON, read as the answers of server functions are: with the readers that the bundle has for those.
#[derive(Debug)]
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}
