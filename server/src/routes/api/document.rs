//! The OpenAPI document, and a page that people can read, made from it.

use std::sync::Arc;

use axum::response::{Html, IntoResponse, Response};
use http::header;
use leptos::prelude::*;
use serde_json::Value;
use utoipa::{
    Modify,
    openapi::{
        OpenApi,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

/// No scopes: what a token may is said when it is made.
const NO_SCOPES: [&str; 0] = [];

/// What can be read of public packages without saying who one is.
const PUBLIC: [&str; 5] = ["packages", "refs", "downloads", "lineage", "jobs"];

/// How callers say who they are.
pub(super) struct Security;

impl Modify for Security {
    fn modify(&self, api: &mut OpenApi) {
        let components = api.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
        components.add_security_scheme(
            "session",
            SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(app::ssr::cookie_name(false)))),
        );
    }
}

/// Says of what can be read of public packages that callers need not say who they are.
pub(super) fn open_to_all(api: &mut OpenApi) {
    let reading = api.paths.paths.values_mut().filter_map(|path| path.get.as_mut());
    for operation in reading.filter(|get| get.tags.iter().flatten().any(|tag| PUBLIC.contains(&tag.as_str()))) {
        let known = ["token", "session"].map(|scheme| SecurityRequirement::new(scheme, NO_SCOPES));
        operation.security = Some([SecurityRequirement::default()].into_iter().chain(known).collect());
    }
}

/// The document for programs.
pub(super) fn json(api: &OpenApi) -> Response {
    axum::Json(api).into_response()
}

/// The page with its headers. It runs nothing.
pub(super) fn html(page: Arc<str>) -> Response {
    let policy = "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; base-uri 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page.to_string())).into_response()
}

/// The page for people: every operation with what it takes and answers.
pub(super) fn page(api: &OpenApi) -> Arc<str> {
    // read as JSON: its form is the standard's, and does not change with the library
    let api = serde_json::to_value(api).unwrap_or_default();
    let contents = api["tags"].as_array().into_iter().flatten().map(|tag| text(&tag["name"])).chain(["types".to_owned()]);
    let contents = contents.map(|name| view! { <li><a href=format!("#{name}")>{name.clone()}</a></li> }).collect_view();
    let tags = api["tags"].as_array().into_iter().flatten().map(|tag| section(&api, tag)).collect_view();
    let schemas = api["components"]["schemas"].as_object().into_iter().flatten();
    let schemas = schemas.map(|(name, schema)| schema_section(name, schema)).collect_view();
    let page = view! {
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <title>"API · Model Registry"</title>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="stylesheet" href="/pkg/model-registry.css"/>
            </head>
            <body>
                <main class="site-main api-docs">
                    <h1>"API"</h1>
                    <p class="lead">{prose(&api["info"]["description"])}</p>
                    <p><a href="/">"Back to the registry"</a> " · " <a href="/api/v1/openapi.json">"OpenAPI document"</a></p>
                    <nav aria-label="Contents"><ul class="api-contents">{contents}</ul></nav>
                    {tags}
                    <section><h2 id="types">"Types"</h2>{schemas}</section>
                </main>
            </body>
        </html>
    };
    format!("<!DOCTYPE html>{}", page.to_html()).into()
}

fn section(api: &Value, tag: &Value) -> AnyView {
    let operations: Vec<_> = api["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(path, methods)| {
            methods.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
        })
        .filter(|(_, _, operation)| operation["tags"][0] == tag["name"])
        .map(|(path, method, operation)| self::operation(path, method, operation))
        .collect();
    view! {
        <section>
            <h2 id=text(&tag["name"])>{text(&tag["name"])}</h2>
            <p>{prose(&tag["description"])}</p>
            {operations}
        </section>
    }
    .into_any()
}

fn operation(path: &str, method: &str, operation: &Value) -> AnyView {
    let parameters: Vec<_> = operation["parameters"].as_array().into_iter().flatten().map(parameter).collect();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let responses = operation["responses"].as_object().into_iter().flatten().filter(|(status, _)| status.starts_with('2'));
    let responses = responses.map(|(status, response)| {
        let schema = &response["content"]["application/json"]["schema"];
        view! { <li><code>{status.clone()}</code> " " {if schema.is_null() { "no content".into_any() } else { type_of(schema) }}</li> }
    });
    let heading = format!("{} {path}", method.to_uppercase());
    view! {
        <article class="panel">
            <h3><code>{heading}</code></h3>
            <p>{prose(&operation["summary"])} " " {prose(&operation["description"])}</p>
            {(!parameters.is_empty()).then(|| view! {
                <table>
                    <thead><tr><th>"Parameter"</th><th>"In"</th><th>"Meaning"</th></tr></thead>
                    <tbody>{parameters}</tbody>
                </table>
            })}
            {(!body.is_null()).then(|| view! { <p>"Body: " {type_of(body)}</p> })}
            <p>"Answers:"</p>
            <ul>{responses.collect_view()}</ul>
        </article>
    }
    .into_any()
}

fn parameter(parameter: &Value) -> AnyView {
    let required = if parameter["required"] == true { "" } else { " (optional)" };
    view! {
        <tr>
            <td><code>{text(&parameter["name"])}</code>{required}</td>
            <td>{text(&parameter["in"])}</td>
            <td>{prose(&parameter["description"])}</td>
        </tr>
    }
    .into_any()
}

fn schema_section(name: &str, schema: &Value) -> AnyView {
    let properties = schema["properties"].as_object().into_iter().flatten().map(|(name, property)| {
        view! {
            <tr>
                <td><code>{name.clone()}</code></td>
                <td>{type_of(property)}</td>
                <td>{prose(&property["description"])}</td>
            </tr>
        }
    });
    view! {
        <article class="panel" id=name.to_owned()>
            <h3>{name.to_owned()}</h3>
            <p>{prose(&schema["description"])}</p>
            <table>
                <thead><tr><th>"Field"</th><th>"Type"</th><th>"Meaning"</th></tr></thead>
                <tbody>{properties.collect_view()}</tbody>
            </table>
        </article>
    }
    .into_any()
}

/// A type in words; types of the document are links.
fn type_of(schema: &Value) -> AnyView {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return view! { <a href=format!("#{name}")>{name.to_owned()}</a> }.into_any();
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        let last = choices.len().saturating_sub(1);
        let choices =
            choices.iter().enumerate().map(|(index, choice)| view! { {type_of(choice)} {(index < last).then_some(" or ")} });
        return choices.collect_view().into_any();
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => view! { "list of " {type_of(&schema["items"])} }.into_any(),
        Value::String(name) => name.clone().into_any(),
        Value::Array(names) => names.iter().map(text).collect::<Vec<_>>().join(" or ").into_any(),
        _ => "any".into_any(),
    }
}

/// A text of the document, with what stands between backticks as code.
fn prose(value: &Value) -> AnyView {
    let pieces = text(value);
    let pieces = pieces.split('`').enumerate().map(|(index, piece)| {
        let piece = piece.to_owned();
        if index % 2 == 1 { view! { <code>{piece}</code> }.into_any() } else { piece.into_any() }
    });
    pieces.collect_view().into_any()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
