//! What happens to every request before and after its route.

/// Headers that keep browsers from being too helpful.
pub(crate) mod headers;
/// Who asks.
pub(crate) mod identity;
/// Ids and log lines of requests.
pub(crate) mod request_log;
/// Refusing what other sites make browsers send.
pub(crate) mod same_site;
