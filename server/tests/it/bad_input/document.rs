//! The document as the stories read it: every operation with what it takes, and something that each would take.

use reqwest::{Method, RequestBuilder};
use serde_json::{Map, Value, json};
use url::form_urlencoded::byte_serialize;

use crate::{harness::Client, rest::get};

/// An operation of the document.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    pub(super) method: Method,
    /// With its parameters in braces.
    pub(super) path: String,
    /// Where it takes which parameters: `path`, `query` or `header`.
    pub(super) parameters: Vec<(String, String)>,
    /// A body that it understands.
    pub(super) body: Option<Value>,
}

/// All operations that the server says it has.
pub(super) async fn operations(client: &Client) -> Vec<Operation> {
    let (_, document) = get(client, "/openapi.json").await;
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, methods)| {
        let document = &document;
        methods.as_object().unwrap().iter().map(move |(method, operation)| Operation {
            method: method.to_uppercase().parse().unwrap(),
            path: path.clone(),
            parameters: parameters(operation),
            body: operation.get("requestBody").map(|body| sample(document, "", &body["content"]["application/json"]["schema"])),
        })
    });
    each.collect()
}

fn parameters(operation: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    operation["parameters"].as_array().into_iter().flatten().map(|one| (text(&one["in"]), text(&one["name"]))).collect()
}

/// Something that a parameter or a field of this name takes, where it is a text.
fn plain(name: &str) -> &'static str {
    match name {
        "kind" => "models",
        "namespace" => "owner",
        "name" => "bert",
        "revision" | "ref" | "base" | "head" => "main",
        "user" => "builder",
        "permission" => "upload",
        "permissions" => "search",
        "visibility" => "internal",
        "relation" => "derived_from",
        "target" => "acme/base",
        "moment" => "2026-03-01",
        "confirm" => "owner/other",
        "sha256" => "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "path" => "config.json",
        "version" => "9.9.9",
        "branch" => "next",
        "job" | "upload" | "token" | "invitation" => "0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11",
        // the wrong one: the session goes on
        "old" => "wrong horse",
        "new" | "password" => "correct horse",
        _ => "",
    }
}

/// Something that a schema describes.
fn sample(document: &Value, name: &str, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(document, name, document.pointer(&reference[1..]).unwrap());
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str().unwrap(),
        kind => kind.as_str().unwrap(),
    };
    match kind {
        "object" => {
            let fields = schema["properties"].as_object().unwrap();
            let fields: Map<_, _> = fields.iter().map(|(name, field)| (name.clone(), sample(document, name, field))).collect();
            fields.into()
        }
        "array" => json!([sample(document, name, &schema["items"])]),
        "integer" | "number" => json!(u8::from(name != "size")),
        "boolean" => json!(false),
        // in bodies the word, in addresses its plural
        "string" if name == "kind" => json!("model"),
        "string" => json!(plain(name)),
        kind => panic!("{kind} {schema}"),
    }
}

impl Operation {
    /// A request as it should be, but for one parameter.
    pub(super) fn request(&self, client: &Client, parameter: Option<(&str, &str, &[u8])>) -> RequestBuilder {
        let encoded = |bytes: &[u8]| byte_serialize(bytes).collect::<String>().replace('+', "%20");
        let value_of = |place: &str, name: &str| match parameter {
            Some((changed_place, changed, value)) if changed_place == place && changed == name => value.to_vec(),
            _ => plain(name).as_bytes().to_vec(),
        };
        let (mut path, mut query) = (self.path.clone(), String::new());
        for (place, name) in &self.parameters {
            match place.as_str() {
                "path" => path = path.replace(&format!("{{{name}}}"), &encoded(&value_of(place, name))),
                "query" => query += &format!("&{name}={}", encoded(&value_of(place, name))),
                _ => {}
            }
        }
        let mut request = client.request(self.method.clone(), &format!("{path}?{}", query.trim_start_matches('&')));
        if let Some(("header", name, value)) = parameter
            && let Ok(value) = reqwest::header::HeaderValue::from_bytes(value)
        {
            request = request.header(name, value);
        }
        request
    }
}
