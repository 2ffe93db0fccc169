//! What server functions and pages need on the server: the registry, who asks, and the response that is being made.
//!
//! The only module of the app that knows the server.

use domain::{ErrorKind, FilePath, Invalid, PackageKind, PackageRef, account::CurrentUser, refs::RevisionSpec};
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use registry::{Actor, Client, Registry, Session};

use crate::error::AppError;

/// Who visits, as the server's middleware found out. It travels in the extensions of the request.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// Who acts; nobody when not signed in.
    pub actor: Option<Actor>,
    /// Where the request came from.
    pub client: Client,
    /// The secret of the session cookie, if there is one.
    pub session: Option<SessionSecret>,
    /// Whether the site is served over HTTPS, so that cookies must be too.
    pub secure: bool,
}

impl Visit {
    /// Who acts; nobody in particular when nobody is signed in.
    #[must_use]
    pub fn acting(&self) -> Actor {
        self.actor.clone().unwrap_or_else(|| Actor::anonymous(self.client.clone()))
    }
}

/// The value of a session cookie; never shown.
#[derive(Clone)]
pub struct SessionSecret(pub String);

impl std::fmt::Debug for SessionSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionSecret")
    }
}

/// The name of the session cookie. Over HTTPS the prefix makes browsers refuse it from other hosts and without `Secure`.
#[must_use]
pub const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-session" } else { "session" }
}

/// The content security policy of a page: nothing but our own, scripts only with this response's nonce, and the origin that the
/// parts of uploads go to.
pub fn set_content_security_policy(development: bool, upload_origin: Option<&str>) {
    let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), leptos::nonce::use_nonce()) else { return };
    let live_reload = if development { " ws:" } else { "" };
    let upload_origin = upload_origin.map(|origin| format!(" {origin}")).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; connect-src 'self'{upload_origin}{live_reload}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

fn visit() -> Visit {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Visit>().cloned()).unwrap_or_default()
}

/// The registry.
pub(crate) fn registry() -> Result<Registry, AppError> {
    use_context().ok_or_else(|| AppError::new(ErrorKind::Internal, "Something went wrong in the registry."))
}

/// Who acts; nobody in particular when nobody is signed in.
///
/// # Errors
/// Internal when the server did not find out.
pub(crate) fn actor() -> Result<Actor, AppError> {
    let visit = use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Visit>().cloned());
    let missing = || AppError::new(ErrorKind::Internal, "Something went wrong in the registry.");
    Ok(visit.ok_or_else(missing)?.acting())
}

/// A namespace that a server function is about. What cannot be a name does not exist.
pub(crate) fn namespace(name: &str) -> Result<domain::NamespaceName, AppError> {
    name.parse().map_err(|_| refuse(&registry::Error::not_found(format!("The namespace “{name}”"))))
}

/// A folder that a server function is about; nothing at the top. What cannot be a path does not exist.
pub(crate) fn folder(path: &str) -> Result<Option<FilePath>, AppError> {
    FilePath::of_folder(path).map_err(|_| refuse(&registry::Error::not_found("The folder")))
}

/// The signed-in user, if any.
pub(crate) fn visitor() -> Option<CurrentUser> {
    visit().actor.and_then(|actor| actor.user().cloned())
}

/// Where the request came from.
pub(crate) fn client() -> Client {
    visit().client
}

/// The secret of the session cookie.
pub(crate) fn session_cookie() -> Option<secrecy::SecretString> {
    visit().session.map(|session| session.0.into())
}

/// Sets the session cookie, or removes it.
pub(crate) fn set_session(session: Option<&Session>) {
    let secure = visit().secure;
    let name = cookie_name(secure);
    let flags = if secure { "; Secure" } else { "" };
    let cookie = match session {
        Some(session) => {
            use secrecy::ExposeSecret as _;
            let seconds = (session.expires_at - time::OffsetDateTime::now_utc()).whole_seconds().max(0);
            format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{flags}", session.secret.expose_secret())
        }
        None => format!("{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{flags}"),
    };
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// Goes on to a page of this site; an address elsewhere leads home.
pub(crate) fn redirect(next: &str) {
    // a header holds ASCII only
    let encoded = next
        .chars()
        .map(|c| if c.is_ascii() { c.to_string() } else { domain::package::encode_segment(c.encode_utf8(&mut [0; 4])) });
    leptos_axum::redirect(&if domain::package::is_local_address(next) { encoded.collect() } else { "/".to_owned() });
}

/// Sets the status of the response that is being made.
pub(crate) fn set_status(status: u16) {
    if let (Some(response), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        response.set_status(status);
    }
}

/// Turns a service's answer into a server function's: the log gets the causes, the browser the kind and the sentence, the
/// response the status.
pub(crate) fn respond<T>(result: registry::Result<T>) -> Result<T, AppError> {
    result.map_err(|error| refuse(&error))
}

/// Whether a form was sent without JavaScript. It is answered by a redirect back to its page, with the error in the address:
/// another status would have the browser show the bare answer instead.
fn is_plain_form() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| {
        let accepted = parts.headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
        parts.method == http::Method::POST && accepted.is_some_and(|value| value.contains("text/html"))
    })
}

/// Refuses a form that was sent without JavaScript, where only JavaScript can show the answer; `instead` is the command that does
/// the same.
pub(crate) fn demand_script(instead: &str) -> Result<(), AppError> {
    if !is_plain_form() {
        return Ok(());
    }
    let message = format!("The answer can be shown by JavaScript only. Without it: {instead}");
    Err(refuse(&registry::Error::new(ErrorKind::Invalid, message)))
}

/// Turns a failure into a server function's answer, and sets the status.
pub(crate) fn refuse(error: &registry::Error) -> AppError {
    error.log();
    if !is_plain_form() {
        set_status(error.kind().status());
    }
    if let (Some(seconds), Some(response)) = (error.retry_after(), use_context::<ResponseOptions>()) {
        response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    AppError { kind: error.kind(), message: error.message().to_owned(), request_id: visit().client.request_id }
}

/// Arguments that a server function could not read. `why` is the reader's own explanation: our types say what they expect.
pub(crate) fn malformed(why: &str) -> AppError {
    // a place in the body means nothing to whoever filled in a form
    let why = why.split(" at line ").next().unwrap_or(why);
    refuse(&registry::Error::new(ErrorKind::Invalid, format!("The request was not understood: {why}.")))
}

/// The package and the revision that a server function is about; `main` when no revision is named.
pub(crate) fn target(
    kind: &str,
    namespace: &str,
    name: &str,
    at: Option<String>,
) -> Result<(PackageRef, RevisionSpec), AppError> {
    let parse = || -> Result<_, Invalid> {
        let package = PackageRef { kind: kind.parse::<PackageKind>()?, namespace: namespace.parse()?, name: name.parse()? };
        let at = at.filter(|at| !at.is_empty()).unwrap_or_else(|| domain::refs::DEFAULT_BRANCH.to_owned());
        Ok((package, at.parse()?))
    };
    // a name that cannot exist does not exist: the page for it is the one for missing packages
    parse().map_err(|why| refuse(&registry::Error::not_found(format!("“{namespace}/{name}” ({why})"))))
}

/// What is to be done to an alias, from the fields of a form.
pub(crate) fn alias_step(
    package: PackageRef,
    alias: &str,
    expected: Option<String>,
    reason: Option<String>,
) -> Result<registry::AliasStep, AppError> {
    let expected = expected.unwrap_or_default().parse()?;
    Ok(registry::AliasStep { package, alias: alias.parse()?, expected, reason: reason.unwrap_or_default() })
}
