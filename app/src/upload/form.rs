//! What the form holds, and whether it is right: what the person typed goes before what is suggested.

use domain::{
    Invalid, NamespaceName, PackageKind, PackageName, PackageRef,
    people::Visibility,
    refs::{RefName, next_version},
    upload::MAX_MESSAGE,
};

use super::{state::Target, summary::sentence};

/// What the person chose and typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// What the package holds.
    pub kind: PackageKind,
    /// Who owns it.
    pub namespace: String,
    /// Its name; nothing before somebody typed one.
    pub name: Option<String>,
    /// The version; nothing before somebody typed one.
    pub version: Option<String>,
    /// Who finds the package when it is new; nothing before somebody chose.
    pub visibility: Option<Visibility>,
    /// What is new.
    pub message: String,
}

/// A package that the form named, as the registry knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The package.
    pub package: PackageRef,
    /// Whether it exists.
    pub exists: bool,
    /// Its newest version.
    pub newest: Option<String>,
    /// Who finds it, when it exists.
    pub visibility: Option<Visibility>,
}

/// The form with what is suggested in the places that nobody filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    kind: PackageKind,
    namespace: String,
    /// The package's name.
    pub name: String,
    /// The version.
    pub version: String,
    visibility: Option<Visibility>,
    message: String,
}

/// The problem of each field, for the person who filled it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// Of the namespace.
    pub namespace: Option<Problem>,
    /// Of the name.
    pub name: Option<Problem>,
    /// Of the version.
    pub version: Option<Problem>,
    /// Of the message.
    pub message: Option<Problem>,
}

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The broken rule, in words.
    pub text: String,
    /// Whether the field is merely not filled yet: no reason to complain before the form is sent.
    pub is_empty: bool,
}

impl Form {
    /// Fills the gaps: the name from the chosen folder, the version from what the registry knows about the package.
    #[must_use]
    pub fn filled(&self, folder_name: Option<&PackageName>, known: Option<&Known>) -> Filled {
        let name = self.name.clone().or_else(|| folder_name.map(ToString::to_string)).unwrap_or_default();
        let about = |known: &&Known| {
            known.package.namespace.as_str() == self.namespace
                && known.package.name.as_str() == name
                && known.package.kind == self.kind
        };
        let known = known.filter(about);
        let newest = known.and_then(|known| known.newest.as_deref());
        let version = self.version.clone().unwrap_or_else(|| next_version(newest));
        Filled {
            kind: self.kind,
            namespace: self.namespace.trim().to_owned(),
            name,
            version,
            // of a package that exists it is not said here
            visibility: self.visibility.filter(|_| !known.is_some_and(|known| known.exists)),
            message: self.message.trim().to_owned(),
        }
    }
}

impl Filled {
    /// The package, when its names are right.
    #[must_use]
    pub fn package(&self) -> Option<PackageRef> {
        let (namespace, name) = (self.namespace.parse().ok()?, self.name.trim().parse().ok()?);
        Some(PackageRef { kind: self.kind, namespace, name })
    }

    /// What is wrong with each field.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let length = self.message.chars().count();
        Problems {
            namespace: problem(&self.namespace, str::parse::<NamespaceName>),
            name: problem(&self.name, |text| text.trim().parse::<PackageName>()),
            version: problem(&self.version, |text| text.trim().parse::<RefName>()),
            message: (length > MAX_MESSAGE).then(|| Problem {
                text: format!("The message is too long: {length} characters, of which {MAX_MESSAGE} are allowed."),
                is_empty: false,
            }),
        }
    }

    /// Where the revision goes, when everything is right.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        if self.problems() != Problems::default() {
            return None;
        }
        Some(Target {
            package: self.package()?,
            version: self.version.trim().parse().ok()?,
            visibility: self.visibility,
            message: self.message.clone(),
        })
    }
}

fn problem<T>(text: &str, parse: impl Fn(&str) -> Result<T, Invalid>) -> Option<Problem> {
    let error = parse(text).err()?;
    Some(Problem { text: sentence(error.message()), is_empty: text.trim().is_empty() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(package: &str, newest: &str) -> Known {
        let package = PackageRef::parse(PackageKind::Model, package).unwrap();
        Known { package, exists: true, newest: Some(newest.to_owned()), visibility: Some(Visibility::Internal) }
    }

    #[test]
    fn gaps_are_filled_and_what_was_typed_stays() {
        let folder: PackageName = "bert".parse().unwrap();
        let form = Form { namespace: "acme".to_owned(), ..Form::default() };
        let filled = form.filled(Some(&folder), None);
        assert_eq!((filled.name.as_str(), filled.version.as_str()), ("bert", "1.0.0"));
        assert_eq!(form.filled(Some(&folder), Some(&known("acme/bert", "1.4.2"))).version, "1.4.3");
        assert_eq!(
            form.filled(Some(&folder), Some(&known("acme/other", "1.4.2"))).version,
            "1.0.0",
            "an answer about another package"
        );
        let typed = Form { name: Some("mine".to_owned()), version: Some("v9".to_owned()), ..form };
        let filled = typed.filled(Some(&folder), Some(&known("acme/mine", "1.0.0")));
        assert_eq!((filled.name.as_str(), filled.version.as_str()), ("mine", "v9"));
        assert_eq!(filled.target().map(|target| target.package.full_name()).as_deref(), Some("acme/mine"));
    }

    #[test]
    fn who_finds_a_package_is_said_of_a_new_one_only() {
        let form = Form {
            namespace: "acme".to_owned(),
            name: Some("bert".to_owned()),
            visibility: Some(Visibility::Private),
            ..Form::default()
        };
        let said = |form: &Form, known: Option<&Known>| form.filled(None, known).target().map(|target| target.visibility);
        assert_eq!(said(&form, None), Some(Some(Visibility::Private)));
        assert_eq!(said(&form, Some(&known("acme/other", "1.0.0"))), Some(Some(Visibility::Private)));
        assert_eq!(said(&form, Some(&known("acme/bert", "1.0.0"))), Some(None));
        assert_eq!(said(&Form { visibility: None, ..form }, None), Some(None), "nobody chose");
    }

    #[test]
    fn each_field_has_its_own_problem() {
        let good = Form {
            namespace: "acme".to_owned(),
            name: Some("bert".to_owned()),
            version: Some("1.0.0".to_owned()),
            ..Form::default()
        };
        assert_eq!(good.filled(None, None).problems(), Problems::default());
        let wrong = |form: Form| {
            let filled = form.filled(None, None);
            assert_eq!(filled.target(), None);
            filled.problems()
        };
        assert!(
            wrong(Form { namespace: "upload".to_owned(), ..good.clone() }).namespace.is_some_and(|p| p.text.contains("reserved"))
        );
        assert!(wrong(Form { name: Some("a b".to_owned()), ..good.clone() }).name.is_some_and(|p| !p.is_empty));
        assert!(wrong(Form { name: None, ..good.clone() }).name.is_some_and(|p| p.is_empty));
        assert!(wrong(Form { version: Some("1 0".to_owned()), ..good.clone() }).version.is_some());
        assert!(wrong(Form { message: "x".repeat(MAX_MESSAGE + 1), ..good }).message.is_some_and(|p| p.text.contains("2001")));
    }
}
