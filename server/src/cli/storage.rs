//! What the commands about the space of namespaces take.

use clap::Args;
use domain::{Invalid, NamespaceName, units};

/// Arguments of `storage`.
#[derive(Args)]
pub(crate) struct Storage {
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Arguments of `quota`.
#[derive(Args)]
pub(crate) struct Quota {
    /// The namespace
    pub(crate) namespace: NamespaceName,
    /// How much, such as 500 GB; none takes the quota away
    #[arg(value_name = "SIZE|none", value_parser = quota)]
    pub(crate) size: QuotaSize,
}

/// How much a namespace may store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuotaSize(pub(crate) Option<u64>);

fn quota(text: &str) -> Result<QuotaSize, Invalid> {
    if text == "none" { Ok(QuotaSize(None)) } else { units::parse_bytes(text).map(|bytes| QuotaSize(Some(bytes))) }
}
