//! Calls over HTTP: server functions with their answers as values, everything else as plain requests.

use std::net::SocketAddr;

use app::error::AppError;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_LENGTH, HOST, HeaderMap, LOCATION, RETRY_AFTER},
    redirect::Policy,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::{Url, form_urlencoded::Serializer};

/// Somebody who calls a server.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    /// Where the store is reached, when that is not where its addresses say.
    store: Option<SocketAddr>,
}

/// What came instead of an answer.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The server refused: the status, and what it said.
    Refused {
        /// The HTTP status.
        status: u16,
        /// What was wrong and what to do.
        message: String,
    },
    /// There was no answer: the connection or the server broke off.
    Lost {
        /// What the connection says.
        why: String,
    },
}

impl Trouble {
    /// The status; 0 when there was no answer.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::Refused { status, .. } => *status,
            Self::Lost { .. } => 0,
        }
    }

    /// What the server said, or the connection.
    pub(crate) fn message(&self) -> &str {
        match self {
            Self::Refused { message, .. } => message,
            Self::Lost { why } => why,
        }
    }
}

impl From<reqwest::Error> for Trouble {
    fn from(error: reqwest::Error) -> Self {
        Self::Lost { why: error.to_string() }
    }
}

impl Client {
    pub(crate) fn new(url: &str) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
        Self { http, url: url.to_owned(), token: None, store: None }
    }

    pub(crate) fn with_token(mut self, token: &str) -> Self {
        self.token = Some(token.to_owned());
        self
    }

    /// Signs in with a password, as a browser does: the cookies are kept.
    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Result<Self, Trouble> {
        let http = reqwest::Client::builder().no_proxy().redirect(Policy::none()).cookie_store(true).build().unwrap();
        let client = Self { http, token: None, ..self.clone() };
        client.form::<()>("sign_in", &[("name", name), ("password", password)]).await?;
        Ok(client)
    }

    /// Nobody at the same address.
    pub(crate) fn anonymous(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The same somebody at another address: the server was started again.
    pub(crate) fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// The same somebody, who reaches the store here.
    pub(crate) fn reaching_store_at(&self, store: SocketAddr) -> Self {
        Self { store: Some(store), ..self.clone() }
    }

    /// A request to be finished by the caller: to a path of the server, or to an address of the store.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let elsewhere = path.starts_with("http");
        let request =
            if elsewhere { self.to_store(method, path) } else { self.http.request(method, format!("{}{path}", self.url)) };
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    fn to_store(&self, method: Method, address: &str) -> RequestBuilder {
        let Some(store) = self.store else { return self.http.request(method, address) };
        let mut url: Url = address.parse().unwrap();
        // the address is signed for this host
        let host = url.authority().to_owned();
        url.set_ip_host(store.ip()).unwrap();
        url.set_port(Some(store.port())).unwrap();
        self.http.request(method, url).header(HOST, host)
    }

    /// `GET` of anything, also where the bytes come from the store.
    pub(crate) async fn get(&self, path: &str) -> reqwest::Result<Response> {
        self.fetch(self.request(Method::GET, path)).await
    }

    /// Sends a request and follows a redirect to the store, as every client does: with the same headers, but without the
    /// credentials. The answer has the headers of both; what is about the bytes is told by whoever sends them.
    pub(crate) async fn fetch(&self, request: RequestBuilder) -> reqwest::Result<Response> {
        let request = request.build()?;
        let mut headers = request.headers().clone();
        let told = self.http.execute(request).await?;
        let address = told.headers().get(LOCATION).map(|address| address.to_str().unwrap().to_owned());
        let Some(address) = address.filter(|_| told.status() == StatusCode::TEMPORARY_REDIRECT) else { return Ok(told) };
        headers.remove(AUTHORIZATION);
        let mut answer = self.to_store(Method::GET, &address).headers(headers).send().await?;
        for (name, value) in told.headers() {
            if ![CONTENT_LENGTH, CACHE_CONTROL].contains(name) {
                answer.headers_mut().insert(name, value.clone());
            }
        }
        Ok(answer)
    }

    /// A server function that reads.
    pub(crate) async fn read<T: DeserializeOwned>(&self, function: &str, arguments: &[(&str, &str)]) -> Result<T, Trouble> {
        answer(self.request(Method::GET, &format!("/rpc/{function}?{}", encoded(arguments)))).await
    }

    /// A server function that takes a form.
    pub(crate) async fn form<T: DeserializeOwned>(&self, function: &str, arguments: &[(&str, &str)]) -> Result<T, Trouble> {
        answer(self.form_request(function, arguments)).await
    }

    /// The request behind [`Client::form`].
    pub(crate) fn form_request(&self, function: &str, arguments: &[(&str, &str)]) -> RequestBuilder {
        self.request(Method::POST, &format!("/rpc/{function}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(encoded(arguments))
    }

    /// A server function that takes one argument as JSON.
    pub(crate) async fn json<T: DeserializeOwned>(
        &self,
        function: &str,
        name: &str,
        argument: &impl Serialize,
    ) -> Result<T, Trouble> {
        answer(self.request(Method::POST, &format!("/rpc/{function}")).json(&json!({ name: argument }))).await
    }
}

fn encoded(arguments: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(arguments).finish()
}

async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Trouble> {
    let response = request.send().await?;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.bytes().await?;
    if status < 400 {
        return Ok(serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error}: {body:?}")));
    }
    Err(refusal(status, &headers, &body))
}

/// Reads the error of a server function, of a route, or of the store. A server that cannot answer now says when to ask again.
pub(super) fn refusal(status: u16, headers: &HeaderMap, body: &[u8]) -> Trouble {
    if body.starts_with(b"<") {
        return Trouble::Refused { status, message: String::from_utf8_lossy(body).into_owned() };
    }
    assert!(status != 503 || headers.contains_key(RETRY_AFTER), "{headers:?}");
    if let Ok(error) = serde_json::from_slice::<AppError>(body) {
        assert_eq!(error.kind.status(), status, "{error:?}");
        return Trouble::Refused { status, message: error.message };
    }
    let body: Value =
        serde_json::from_slice(body).unwrap_or_else(|error| panic!("{status}, {error}: {:?}", String::from_utf8_lossy(body)));
    Trouble::Refused { status, message: body["error"]["message"].as_str().unwrap().to_owned() }
}
