//! One way in: an operation of REST, a server function, or a page, with arguments that do something.

use reqwest::{Method, RequestBuilder};

use super::world::Fills;

/// A way in. Names in braces stand for what the object is called.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// `METHOD path` below `/api/v1` as the document has it, `rpc function`, or `page path`.
    pub(super) key: &'static str,
    /// What follows `?`, when it begins so; else a form, or JSON.
    pub(super) payload: &'static str,
    /// What stands in the path for names that are not the object's: `name=value`, separated by spaces.
    fill: &'static str,
    /// How it looks when it is allowed.
    pub(super) done: Done,
    /// What brings the object back to where it was.
    pub(super) undo: &'static [(&'static str, &'static str)],
}

/// How an answer looks that is no refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// A success, or the way to the bucket.
    Success,
    /// A success with something in it; nothing is how this way says that there is none.
    Something,
    /// A list, which may have the object in it.
    Listed,
    /// A list, which may have something in it.
    Filled,
    /// A refusal that has to do with the state of the object, not with the caller: who may not is refused before.
    Status(u16),
}

/// A row.
pub(super) const fn row(key: &'static str, payload: &'static str) -> Row {
    Row { key, payload, fill: "", done: Done::Success, undo: &[] }
}

impl Row {
    /// With these names in the path.
    pub(super) const fn at(self, fill: &'static str) -> Self {
        Self { fill, ..self }
    }

    /// With another look when it is allowed.
    pub(super) const fn done(self, done: Done) -> Self {
        Self { done, ..self }
    }

    /// With what an administrator does after each success.
    pub(super) const fn undone_by(self, undo: &'static [(&'static str, &'static str)]) -> Self {
        Self { undo, ..self }
    }

    /// The request to make.
    pub(super) fn request(&self, fills: &Fills) -> Asked {
        let mut fills = fills.clone();
        for pair in self.fill.split_whitespace() {
            let (name, value) = pair.split_once('=').unwrap();
            fills.set(name, value);
        }
        Asked::new(self.key, self.payload, &fills)
    }
}

/// A request, with all names in it.
#[derive(Debug)]
pub(super) struct Asked {
    method: Method,
    pub(super) address: String,
    body: Body,
}

/// What is sent along.
#[derive(Debug)]
enum Body {
    /// Nothing.
    None,
    Form(String),
    Json(String),
    /// Nothing, and a page is awaited.
    Page,
}

impl Asked {
    pub(super) fn new(key: &str, payload: &str, fills: &Fills) -> Self {
        let payload = fills.put_into(payload);
        let (query, body) = match payload.chars().next() {
            Some('?') => (payload.as_str(), Body::None),
            Some('{') => ("", Body::Json(payload.clone())),
            Some(_) | None => ("", Body::Form(payload.clone())),
        };
        let (word, path) = key.split_once(' ').unwrap();
        let path = fills.put_into(path);
        let (method, address, body) = match word {
            "rpc" if payload.starts_with('?') => (Method::GET, format!("/rpc/{path}{query}"), body),
            "rpc" => (Method::POST, format!("/rpc/{path}"), body),
            "page" => (Method::GET, path, Body::Page),
            method => {
                let body = if payload.is_empty() { Body::None } else { body };
                (method.parse().unwrap(), format!("/api/v1{path}{query}"), body)
            }
        };
        assert!(!address.contains('{'), "{address} has a name that nothing was given for");
        Self { method, address, body }
    }

    /// The request of somebody.
    pub(super) fn with(&self, somebody: impl FnOnce(Method, &str) -> RequestBuilder) -> RequestBuilder {
        let request = somebody(self.method.clone(), &self.address);
        match &self.body {
            Body::None => request,
            Body::Form(form) => request.header("content-type", "application/x-www-form-urlencoded").body(form.clone()),
            Body::Json(json) => request.header("content-type", "application/json").body(json.clone()),
            Body::Page => request.header("accept", "text/html"),
        }
    }
}
