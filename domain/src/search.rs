//! What a search asks for, and what it counts.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use crate::listing::MAX_LIMIT;
use crate::{Invalid, NamespaceName, PackageKind, lifecycle, listing, report::Verdict};

/// The longest search text, in characters.
pub const MAX_TEXT: usize = 200;
/// The longest regular expression, in characters.
pub const MAX_PATTERN: usize = 200;
/// How many packages a page shows unless asked otherwise.
pub const DEFAULT_LIMIT: u32 = 20;

/// The order of the packages found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By the time of the newest revision, latest first.
    #[default]
    Newest,
    /// By net score, best first; packages without a score come last.
    Score,
    /// By the number of downloads, most first; those of the last minutes may not be among them yet.
    Downloads,
    /// The packages of that name, then those whose name holds the text, then the others; each group by time. Names are not looked
    /// into for fewer than three letters. Without a text the same as [`Sort::Newest`].
    Relevance,
}

impl Sort {
    /// All orders.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Score, Self::Downloads, Self::Relevance];

    /// The word as it stands in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Score => "score",
            Self::Downloads => "downloads",
            Self::Relevance => "relevance",
        }
    }
}

impl Sort {
    /// What the order means, for people.
    #[must_use]
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Newest => "The latest revision first",
            Self::Score => "The best net score first; packages without one last",
            Self::Downloads => "The most downloads first; those of the last minutes may not be counted yet",
            Self::Relevance => "Packages of that name, then those whose name holds the words, then the rest; each by time",
        }
    }
}

impl std::str::FromStr for Sort {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” is no order: use newest, score, downloads or relevance")))
    }
}

/// What a regular expression is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternTarget {
    /// `namespace/name`.
    #[default]
    Name,
    /// The card of the head of `main`.
    Card,
}

impl PatternTarget {
    /// The word as it stands in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Card => "card",
        }
    }
}

impl std::str::FromStr for PatternTarget {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        [Self::Name, Self::Card]
            .into_iter()
            .find(|target| target.as_str() == text)
            .ok_or_else(|| Invalid::new(format!("“{text}” has no text to compare: use name or card")))
    }
}

/// What packages are filtered by. All conditions hold at once; none of them is everything.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    /// Words that stand in the name, the description, the topics or the card; the last may be the beginning of
    /// one.
    pub text: String,
    /// Only packages of this kind.
    pub kind: Option<PackageKind>,
    /// Only packages of this namespace.
    pub namespace: Option<NamespaceName>,
    /// Only packages with this licence, as cards name it: `apache-2.0`.
    pub license: Option<String>,
    /// Only packages for this task: `text-classification`.
    pub task: Option<String>,
    /// Only packages for this library: `transformers`.
    pub library: Option<String>,
    /// Only packages with this topic.
    pub topic: Option<String>,
    /// Only packages whose newest report has this verdict.
    pub verdict: Option<Verdict>,
    /// Only packages with at least this net score.
    pub min_score: Option<f64>,
    /// Only packages of at least so many bytes.
    pub min_bytes: Option<u64>,
    /// Only packages of at most so many bytes.
    pub max_bytes: Option<u64>,
    /// Only packages with a revision since then.
    pub updated_since: Option<OffsetDateTime>,
    /// Only packages whose name, or card, this regular expression matches somewhere, without regard to case.
    pub pattern: Option<String>,
    /// What the expression is compared with.
    pub pattern_target: PatternTarget,
}

impl Filters {
    /// Whether nothing is filtered out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self { pattern_target: self.pattern_target, ..Self::default() }
    }
}

/// A search over packages: a page of what it finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchQuery {
    /// The conditions.
    pub filters: Filters,
    /// The order.
    pub sort: Sort,
    /// Where the page before this one ended.
    pub cursor: Option<String>,
    /// How many packages at the most, from 1 to 100; 20 when not given.
    pub limit: Option<u32>,
}

/// A search as it stands in an address: what somebody typed, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchParams {
    /// Words.
    pub q: String,
    /// `model`, `dataset` or `code`.
    pub kind: String,
    /// A user or an organisation.
    pub namespace: String,
    /// A licence.
    pub license: String,
    /// A task.
    pub task: String,
    /// A library.
    pub library: String,
    /// A topic.
    pub topic: String,
    /// A verdict.
    pub verdict: String,
    /// The least score, from 0 to 1.
    pub min_score: String,
    /// The least size, in bytes.
    pub min_size: String,
    /// The largest size, in bytes.
    pub max_size: String,
    /// A day (`2026-01-31`, at its beginning in UTC) or a moment (RFC 3339).
    pub since: String,
    /// A regular expression.
    pub regex: String,
    /// What it is compared with: `name` or `card`.
    pub regex_in: String,
    /// The order.
    pub sort: String,
    /// Where the page before ended.
    pub cursor: String,
    /// How many packages.
    pub limit: String,
}

impl SearchParams {
    /// All of it as it stands in addresses, without what is empty.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("q", &self.q),
            ("kind", &self.kind),
            ("namespace", &self.namespace),
            ("license", &self.license),
            ("task", &self.task),
            ("library", &self.library),
            ("topic", &self.topic),
            ("verdict", &self.verdict),
            ("min_score", &self.min_score),
            ("min_size", &self.min_size),
            ("max_size", &self.max_size),
            ("since", &self.since),
            ("regex", &self.regex),
            ("regex_in", &self.regex_in),
            ("sort", &self.sort),
            ("cursor", &self.cursor),
            ("limit", &self.limit),
        ];
        all.into_iter().map(|(name, value)| (name, value.as_str())).filter(|(_, value)| !value.is_empty()).collect()
    }

    /// What it asks for.
    ///
    /// # Errors
    /// Invalid, naming what cannot be understood.
    pub fn query(&self) -> Result<SearchQuery, Invalid> {
        let filters = Filters {
            text: self.q.clone(),
            kind: parsed(&self.kind)?,
            namespace: parsed(&self.namespace)?,
            license: some(&self.license),
            task: some(&self.task),
            library: some(&self.library),
            topic: some(&self.topic),
            verdict: parsed(&self.verdict)?,
            min_score: number("min_score", &self.min_score)?,
            min_bytes: bytes("min_size", &self.min_size)?,
            max_bytes: bytes("max_size", &self.max_size)?,
            updated_since: moment(&self.since)?,
            pattern: some(&self.regex),
            pattern_target: parsed(&self.regex_in)?.unwrap_or_default(),
        };
        Ok(SearchQuery {
            filters,
            sort: parsed(&self.sort)?.unwrap_or_default(),
            cursor: some(&self.cursor),
            limit: listing::limit(&self.limit, MAX_LIMIT)?,
        })
    }
}

fn some(text: &str) -> Option<String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn parsed<T: FromStr<Err = Invalid>>(text: &str) -> Result<Option<T>, Invalid> {
    some(text).map(|text| text.parse()).transpose()
}

fn number<T: FromStr>(name: &str, text: &str) -> Result<Option<T>, Invalid> {
    let read = |text: String| text.parse().map_err(|_| Invalid::new(format!("{name} is no number that it can be: “{text}”")));
    some(text).map(read).transpose()
}

/// A size: nothing is larger than what the catalog can count.
fn bytes(name: &str, text: &str) -> Result<Option<u64>, Invalid> {
    let size: Option<i64> = number(name, text)?;
    size.map(|size| u64::try_from(size).map_err(|_| Invalid::new(format!("{name} is below 0")))).transpose()
}

fn moment(text: &str) -> Result<Option<OffsetDateTime>, Invalid> {
    some(text).map(|text| lifecycle::moment(&text)).transpose()
}

/// What packages that fulfil some conditions have in common.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetCounts {
    /// Their kinds.
    pub kinds: Vec<Facet>,
    /// Their licences.
    pub licenses: Vec<Facet>,
    /// What they do.
    pub tasks: Vec<Facet>,
    /// What runs them.
    pub libraries: Vec<Facet>,
    /// The verdicts on them.
    pub verdicts: Vec<Facet>,
    /// Their topics; a package may have several.
    #[serde(default)]
    pub topics: Vec<Facet>,
    /// Whose they are.
    #[serde(default)]
    pub namespaces: Vec<Facet>,
    /// How many packages were counted.
    pub counted: u64,
    /// Whether those are all. Else there are more: the newest were counted, with an expression those of the newest that it matches.
    pub is_complete: bool,
}

/// A value, and how many packages have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facet {
    /// The value, as filters take it.
    pub value: String,
    /// The number of packages.
    pub packages: u64,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn an_address_is_understood_or_refused_by_name() {
        let params = SearchParams {
            q: "bert".into(),
            kind: "model".into(),
            license: " mit ".into(),
            verdict: "clean".into(),
            min_score: "0.5".into(),
            max_size: "1000".into(),
            since: "2026-01-31".into(),
            regex: "^a".into(),
            regex_in: "card".into(),
            sort: "relevance".into(),
            limit: "5".into(),
            ..SearchParams::default()
        };
        let query = params.query().unwrap();
        assert_eq!((query.sort, query.limit), (Sort::Relevance, Some(5)));
        let filters = query.filters;
        assert_eq!((filters.license.as_deref(), filters.min_score, filters.max_bytes), (Some("mit"), Some(0.5), Some(1000)));
        assert_eq!(filters.updated_since, Some(datetime!(2026-01-31 00:00 UTC)));
        let params = SearchParams { since: "2026-01-31T05:00:00+05:00".into(), ..params };
        assert!(params.query().unwrap().filters.updated_since.is_some_and(|since| since.offset().is_utc()));
        assert_eq!(filters.pattern_target, PatternTarget::Card);
        assert!(!filters.is_everything() && SearchParams::default().query().unwrap().filters.is_everything());
        assert_eq!(params.pairs()[..3], [("q", "bert"), ("kind", "model"), ("license", " mit ")]);
        for (name, value) in [
            ("kind", "thing"),
            ("verdict", "fine"),
            ("min_score", "high"),
            ("max_size", "-1"),
            ("since", "yesterday"),
            ("since", "9999-12-31T23:00:00-02:00"),
            ("since", "9999-12-31T23:59:59-23:59"),
            ("regex_in", "body"),
            ("sort", "oldest"),
            ("limit", "1.5"),
            ("limit", "0"),
            ("limit", "101"),
            ("min_size", "9223372036854775808"),
        ] {
            let mut fields = serde_json::Map::new();
            fields.insert(name.into(), value.into());
            let params: SearchParams = serde_json::from_value(fields.into()).unwrap();
            assert!(params.query().is_err(), "{name}={value}");
        }
    }
}
