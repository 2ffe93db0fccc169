//! Changes of settings that were decided on by what somebody saw of them: they happen only while that holds.
//!
//! What is seen is named by a tag of its values. Refs have their revision instead (`expected.rs`).

use std::{fmt, str::FromStr};

use domain::{
    ErrorKind, Invalid, PackageId, PackageRef, Sha256Digest,
    account::Permission,
    lifecycle::DeletedPackage,
    listing::PackageDetail,
    people::{Member, Visibility},
    refs::RefName,
    storage::NamespaceStorage,
};

use crate::{Actor, Error, Result, catalog::packages::StoredPackage};

/// Names a state of something by its values: the same values, the same tag. 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateTag([u8; 16]);

/// What a change demands of the state that it meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seen {
    /// Nothing.
    #[default]
    Anything,
    /// That it is not there yet.
    Nothing,
    /// That it is there, whatever its state.
    Something,
    /// Exactly this state.
    State(StateTag),
}

impl StateTag {
    fn of(values: &[&str]) -> Self {
        // no value holds a line break
        let digest = Sha256Digest::of(values.join("\n").as_bytes());
        let mut tag = [0; 16];
        tag.copy_from_slice(&digest.as_bytes()[..16]);
        Self(tag)
    }

    fn of_settings(id: PackageId, package: &PackageRef, visibility: Visibility) -> Self {
        Self::of(&["package", &id.to_string(), &package.full_name(), visibility.as_str()])
    }

    /// That of a package's settings: its name and its visibility.
    #[must_use]
    pub fn of_package(package: &PackageDetail) -> Self {
        Self::of_settings(package.id, &package.package, package.visibility)
    }

    pub(crate) fn of_stored(package: &StoredPackage) -> Self {
        Self::of_settings(package.id, &package.package, package.visibility)
    }

    /// That of a package that was deleted.
    #[must_use]
    pub fn of_deleted(deleted: &DeletedPackage) -> Self {
        Self::of(&["deleted", &deleted.package.full_name(), &deleted.deleted_at.unix_timestamp_nanos().to_string()])
    }

    /// That of how much a namespace may store.
    #[must_use]
    pub fn of_quota(storage: &NamespaceStorage) -> Self {
        let quota = storage.quota_bytes.map(|bytes| bytes.to_string());
        Self::of(&["quota", &storage.namespace.key(), quota.as_deref().unwrap_or("none")])
    }

    /// That of a right on a namespace.
    #[must_use]
    pub fn of_right(permission: Permission) -> Self {
        Self::of(&["right", permission.as_str()])
    }

    /// That of a member.
    #[must_use]
    pub fn of_member(member: &Member) -> Self {
        Self::of_right(member.permission)
    }

    /// That of whether an alias is protected.
    #[must_use]
    pub fn of_protection(alias: &RefName, is_protected: bool) -> Self {
        Self::of(&["alias", alias.as_str(), if is_protected { "protected" } else { "open" }])
    }
}

impl fmt::Display for StateTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl FromStr for StateTag {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let mut tag = [0; 16];
        hex::decode_to_slice(text, &mut tag).map_err(|_| Invalid::new("a tag of a state has 32 hexadecimal digits"))?;
        Ok(Self(tag))
    }
}

impl Actor {
    /// Demands that what the actor changes is as it was seen. What it decides on must be locked; nothing, when it is not there.
    ///
    /// # Errors
    /// Outdated, with the tag of the present state.
    pub(crate) fn require_seen(&self, what: impl fmt::Display, current: Option<StateTag>) -> Result<()> {
        let is_met = match self.seen() {
            Seen::Anything => true,
            Seen::Nothing => current.is_none(),
            Seen::Something => current.is_some(),
            Seen::State(tag) => current == Some(tag),
        };
        if is_met {
            return Ok(());
        }
        let message = match (self.seen(), current) {
            (Seen::Nothing, _) => format!("{what} is there already."),
            (_, Some(_)) => format!("{what} was changed meanwhile. Look again, then decide."),
            (_, None) => format!("{what} is not there now. Look again, then decide."),
        };
        Err(Error::new(ErrorKind::Outdated, message).with_state(current))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_holds_or_not() {
        let (read, write) = (StateTag::of_right(Permission::Search), StateTag::of_right(Permission::Upload));
        assert_eq!(read.to_string().parse(), Ok(read));
        assert!("x".parse::<StateTag>().is_err() && "ab".parse::<StateTag>().is_err());
        for (seen, met) in [
            (Seen::Anything, [true, true, true]),
            (Seen::Nothing, [true, false, false]),
            (Seen::Something, [false, true, true]),
            (Seen::State(read), [false, true, false]),
        ] {
            let actor = Actor::operator().having_seen(seen);
            for (current, met) in [None, Some(read), Some(write)].into_iter().zip(met) {
                let told = actor.require_seen("It", current);
                assert_eq!(told.is_ok(), met, "{seen:?} {current:?}");
                if let Err(refused) = told {
                    assert_eq!((refused.kind(), refused.state()), (ErrorKind::Outdated, current));
                }
            }
        }
    }
}
