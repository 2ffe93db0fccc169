//! Identities of rows: UUIDs that cannot be mixed up with one another.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Invalid;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self).map_err(|_| {
                    crate::Invalid::new(concat!("not a ", stringify!($name), ": a UUID such as 0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11 is expected"))
                })
            }
        }
    };
}

id! {
    /// A package, for as long as it lives, whatever it is called.
    PackageId
}
id! {
    /// A user account.
    UserId
}
id! {
    /// An upload session.
    UploadId
}
id! {
    /// One run of the autograder.
    JobId
}
id! {
    /// An invitation (not its secret).
    InvitationId
}
id! {
    /// An API token (not its secret).
    TokenId
}
