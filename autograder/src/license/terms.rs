//! The terms that a name or an SPDX expression stands for.

use std::collections::BTreeSet;

use spdx::{
    Expression, LicenseItem, LicenseReq, ParseMode,
    expression::{ExprNode, Operator},
};

use super::{LicenseClass, names};

/// The longest name or expression that is read, in bytes.
const MAX_LENGTH: usize = 500;

/// Which GNU ids and postfix `+` are understood is a matter of habit, not of meaning.
const MODE: ParseMode = ParseMode { allow_deprecated: true, allow_postfix_plus_on_gpl: true, ..ParseMode::STRICT };

/// A licence or a combination of licences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// As an SPDX expression; what is not on the SPDX list stands there as `LicenseRef-...`.
    pub expression: String,
    /// How free it is: the freest of a choice (`OR`), the least free of a sum (`AND`).
    pub class: LicenseClass,
    /// What the licences are called, without versions of “only” and “or later”: to compare two sources.
    names: BTreeSet<String>,
}

impl Terms {
    /// Understands the name of a licence, or an expression of several; nothing when it says that nothing is said.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if names::says_nothing(text) {
            return None;
        }
        if text.len() > MAX_LENGTH {
            return Some(Self::off_list("too-long", LicenseClass::Unknown));
        }
        Some(Self::single(text).or_else(|| Self::combined(text)).unwrap_or_else(|| Self::off_list(text, LicenseClass::Unknown)))
    }

    /// Terms that only their text names, such as those of a licence file with a well-known title.
    #[must_use]
    pub fn off_list(name: &str, class: LicenseClass) -> Self {
        let expression = license_ref(name);
        Self { names: BTreeSet::from([expression.to_lowercase()]), expression, class }
    }

    /// All of several at once, or a choice between them.
    #[must_use]
    pub fn join(self, other: Self, operator: Operator) -> Self {
        if self.expression == other.expression {
            return self;
        }
        let (word, class) = match operator {
            Operator::And => ("AND", self.class.min(other.class)),
            Operator::Or => ("OR", self.class.max(other.class)),
        };
        Self {
            expression: format!("{} {word} {}", self.expression, other.expression),
            class,
            names: self.names.into_iter().chain(other.names).collect(),
        }
    }

    /// Whether two sources can both be right: they have a licence in common. Off the SPDX list names are loose: `openrail`
    /// and `creativeml-openrail-m` are taken for the same.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        let off_list = |names: &BTreeSet<String>| -> Vec<String> {
            names.iter().filter_map(|name| name.strip_prefix("licenseref-").map(str::to_owned)).collect()
        };
        let (left, right) = (off_list(&self.names), off_list(&other.names));
        let alike = left.iter().any(|a| right.iter().any(|b| a.contains(b.as_str()) || b.contains(a.as_str())));
        alike || !self.names.is_disjoint(&other.names)
    }

    /// Whether the registry knows what these terms are.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.class != LicenseClass::Unknown
    }

    fn single(text: &str) -> Option<Self> {
        let name = names::alias(text).or_else(|| names::spdx_id(text).map(|id| id.name));
        match name {
            Some(name) => Self::expression(name),
            None if text.contains(char::is_whitespace) => None,
            None => names::off_list(text).map(|class| Self::off_list(text, class)),
        }
    }

    /// Puts the words of an expression into the case and the form that SPDX wants.
    fn combined(text: &str) -> Option<Self> {
        let mut canonical = String::new();
        for word in text.replace('(', " ( ").replace(')', " ) ").split_whitespace() {
            if !canonical.is_empty() {
                canonical.push(' ');
            }
            match word {
                "(" | ")" => canonical.push_str(word),
                _ if ["and", "or", "with"].contains(&word.to_lowercase().as_str()) => canonical.push_str(&word.to_uppercase()),
                _ => match (names::alias(word), names::spdx_id(word)) {
                    (Some(name), _) => canonical.push_str(name),
                    (None, Some(id)) => canonical.push_str(id.name),
                    (None, None) if names::off_list(word).is_some() => canonical.push_str(&license_ref(word)),
                    (None, None) => canonical.push_str(word),
                },
            }
        }
        Self::expression(&canonical)
    }

    fn expression(text: &str) -> Option<Self> {
        let expression = Expression::parse_mode(text, MODE).ok()?;
        let mut names = BTreeSet::new();
        let mut stack: Vec<LicenseClass> = Vec::new();
        for node in expression.iter() {
            let class = match node {
                ExprNode::Req(required) => {
                    let (name, class) = classify(&required.req);
                    names.insert(name);
                    class
                }
                ExprNode::Op(operator) => {
                    let (right, left) = (stack.pop()?, stack.pop()?);
                    match operator {
                        Operator::And => left.min(right),
                        Operator::Or => left.max(right),
                    }
                }
            };
            stack.push(class);
        }
        Some(Self { expression: text.to_owned(), class: stack.pop()?, names })
    }
}

/// What a licence is called for comparison, and its class.
fn classify(required: &LicenseReq) -> (String, LicenseClass) {
    match &required.license {
        LicenseItem::Spdx { id, .. } => {
            let name = id.name.trim_end_matches("-only").trim_end_matches("-or-later").to_lowercase();
            (name, LicenseClass::of(*id, required.addition.is_some()))
        }
        LicenseItem::Other(other) => {
            let name = other.lic_ref.as_str();
            (format!("licenseref-{}", name.to_lowercase()), names::off_list(name).unwrap_or(LicenseClass::Unknown))
        }
    }
}

/// `Llama 2 licence` -> `LicenseRef-Llama-2-licence`: SPDX takes letters, digits, `-` and `.`.
fn license_ref(name: &str) -> String {
    let name = name.strip_prefix("LicenseRef-").unwrap_or(name);
    let id: String = name.chars().take(60).map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    let id = id.trim_matches('-');
    format!("LicenseRef-{}", if id.is_empty() { "unnamed" } else { id })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_expressions_are_understood_whatever_their_case() {
        use LicenseClass::{NonCommercial, NotApproved, Permissive, StrongCopyleft, Unknown, UseRestricted, WeakCopyleft};
        for (text, expression, class) in [
            ("apache-2.0", "Apache-2.0", Permissive),
            ("MIT", "MIT", Permissive),
            ("mit", "MIT", Permissive),
            ("bsd-3-clause", "BSD-3-Clause", Permissive),
            ("cc-by-4.0", "CC-BY-4.0", Permissive),
            ("cc0-1.0", "CC0-1.0", Permissive),
            ("wtfpl", "WTFPL", Permissive),
            ("etalab-2.0", "etalab-2.0", Permissive),
            ("bsl-1.0", "BSL-1.0", Permissive),
            ("cdla-permissive-2.0", "CDLA-Permissive-2.0", Permissive),
            ("lgpl-3.0", "LGPL-3.0-only", WeakCopyleft),
            ("mpl-2.0", "MPL-2.0", WeakCopyleft),
            ("cc-by-sa-4.0", "CC-BY-SA-4.0", WeakCopyleft),
            ("odbl", "ODbL-1.0", WeakCopyleft),
            ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", WeakCopyleft),
            ("gpl-3.0", "GPL-3.0-only", StrongCopyleft),
            ("agpl-3.0", "AGPL-3.0-only", StrongCopyleft),
            ("GPL-3.0-or-later", "GPL-3.0-or-later", StrongCopyleft),
            ("openrail", "LicenseRef-openrail", UseRestricted),
            ("llama3.1", "LicenseRef-llama3.1", UseRestricted),
            ("Gemma", "LicenseRef-Gemma", UseRestricted),
            ("cc-by-nd-4.0", "CC-BY-ND-4.0", UseRestricted),
            ("cc-by-nc-4.0", "CC-BY-NC-4.0", NonCommercial),
            ("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0", NonCommercial),
            ("deepfloyd-if-license", "LicenseRef-deepfloyd-if-license", NonCommercial),
            ("Abstyles", "Abstyles", NotApproved),
            ("other", "LicenseRef-other", Unknown),
            ("our own terms, see website", "LicenseRef-our-own-terms--see-website", Unknown),
            ("mit OR gpl-3.0", "MIT OR GPL-3.0-only", Permissive),
            ("mit and cc-by-nc-4.0", "MIT AND CC-BY-NC-4.0", NonCommercial),
            ("(MIT or gpl-3.0) AND llama2", "( MIT OR GPL-3.0-only ) AND LicenseRef-llama2", UseRestricted),
        ] {
            let terms = Terms::parse(text).unwrap();
            assert_eq!((terms.expression.as_str(), terms.class), (expression, class), "{text}");
        }
        for nothing in ["", "  ", "unknown", "Unknown", "none"] {
            assert_eq!(Terms::parse(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn sources_agree_when_they_have_a_licence_in_common() {
        let agree = |a: &str, b: &str| Terms::parse(a).unwrap().agrees_with(&Terms::parse(b).unwrap());
        assert!(agree("gpl-3.0", "GPL-3.0-or-later"));
        assert!(agree("MIT OR Apache-2.0", "mit"));
        assert!(agree("llama2", "LicenseRef-llama2"));
        assert!(agree("openrail", "creativeml-openrail-m"));
        assert!(!agree("mit", "apache-2.0"));
        assert!(!agree("llama2", "gemma"));
    }

    proptest! {
        #[test]
        fn any_text_is_classified(text in "(mit|gpl-3.0|AND|OR|WITH|[()+/ ]|\\PC){0,12}") {
            if let Some(terms) = Terms::parse(&text) {
                prop_assert!((0.0..=1.0).contains(&terms.class.score()));
                prop_assert!(!terms.expression.is_empty());
            }
        }
    }
}
