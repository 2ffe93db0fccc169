//! What files say about the lineage of their package: the front matter of the card, `config.json`, `adapter_config.json`.
//!
//! Anybody may have written them. Whatever is no name, or not where it is expected, says nothing.

use serde_json::Value;

use super::{Edge, RelatedName, Relation};
use crate::{PackageKind, PackageRef};

/// The configuration that Transformers writes, at the top of a package.
pub const CONFIG_FILE: &str = "config.json";
/// The configuration that PEFT writes for an adapter, at the top of a package.
pub const ADAPTER_FILE: &str = "adapter_config.json";
/// The largest file that is read, in bytes: larger ones are no configuration.
pub const MAX_FILE_BYTES: u64 = 1 << 20;
/// How many edges are read from the files of a package; the card's come first.
pub const MAX_IN_FILES: usize = 100;

/// What `_name_or_path` begins with where somebody trained from a folder: those are paths that look like names.
const FOLDERS: [&str; 18] = [
    "checkpoint",
    "checkpoints",
    "ckpt",
    "ckpts",
    "content",
    "data",
    "experiments",
    "logs",
    "model",
    "models",
    "mnt",
    "out",
    "output",
    "outputs",
    "results",
    "runs",
    "saved_models",
    "weights",
];

/// Where the lineage of a package is read from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The package itself.
    pub package: &'a PackageRef,
    /// The front matter of the card; null without one.
    pub front_matter: &'a Value,
    /// The bytes of [`CONFIG_FILE`].
    pub config: Option<&'a [u8]>,
    /// The bytes of [`ADAPTER_FILE`].
    pub adapter: Option<&'a [u8]>,
    /// Whether the package holds GGUF files: most of those are quantised.
    pub has_gguf: bool,
}

/// What the files of a package say that it is made from: no edge twice, none to the package itself, 100 at the most. Only models say
/// such things.
///
/// The card is believed first: it was written to be read. An adapter's base counts unless the card names the same. The name in the
/// configuration of a model is what it was once loaded from, and counts when nothing else names a base.
#[must_use]
pub fn edges_in_files(sources: Sources<'_>) -> Vec<Edge> {
    if sources.package.kind != PackageKind::Model {
        return Vec::new();
    }
    let read = |bytes: Option<&[u8]>| bytes.and_then(|bytes| serde_json::from_slice(bytes).ok()).unwrap_or(Value::Null);
    let (config, adapter) = (read(sources.config), read(sources.adapter));
    let mut edges = Edges { package: sources.package, found: Vec::new() };

    let bases: Vec<_> = texts(sources.front_matter.get("base_model")).filter_map(|text| text.parse().ok()).collect();
    let relations: Vec<_> = texts(sources.front_matter.get("base_model_relation")).map(told_relation).collect();
    let implied = if adapter.is_object() {
        Relation::AdapterOf
    } else if bases.len() > 1 {
        Relation::MergedFrom
    } else if sources.has_gguf || config.get("quantization_config").is_some() {
        Relation::QuantizedFrom
    } else {
        Relation::FineTunedFrom
    };
    for (index, base) in bases.into_iter().enumerate() {
        edges.add(relations.get(index).or(relations.first()).copied().unwrap_or(implied), base);
    }
    if let Some(base) = adapter.get("base_model_name_or_path").and_then(loaded_from)
        && !edges.lead_to(&base)
    {
        edges.add(Relation::AdapterOf, base);
    }
    if edges.found.is_empty()
        && let Some(origin) = config.get("_name_or_path").and_then(loaded_from)
        && !edges.is_own_name(&origin)
    {
        edges.add(Relation::DerivedFrom, origin);
    }
    for dataset in texts(sources.front_matter.get("datasets")).filter_map(|text| text.parse().ok()) {
        edges.add(Relation::TrainedOn, dataset);
    }
    edges.found
}

/// The edges that were found so far.
struct Edges<'a> {
    package: &'a PackageRef,
    found: Vec<Edge>,
}

impl Edges<'_> {
    fn add(&mut self, relation: Relation, target: RelatedName) {
        let is_same = |edge: &Edge| edge.relation == relation && edge.target.key() == target.key();
        let is_itself = relation.target_kind(self.package.kind) == Some(self.package.kind)
            && target.key() == RelatedName::from(self.package).key();
        if !is_itself && self.found.len() < MAX_IN_FILES && !self.found.iter().any(is_same) {
            self.found.push(Edge { relation, target });
        }
    }

    /// Whether some edge leads to this name.
    fn lead_to(&self, target: &RelatedName) -> bool {
        self.found.iter().any(|edge| edge.target.key() == target.key())
    }

    /// Whether a name without an owner is the package's own: `gpt2`, in `openai/gpt2`.
    fn is_own_name(&self, name: &RelatedName) -> bool {
        name.namespace().is_none() && name.key().1 == self.package.name.key()
    }
}

/// A text, or the texts of a list.
fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value @ Value::String(_)) => std::slice::from_ref(value),
        Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)) | None => &[],
    };
    values.iter().take(MAX_IN_FILES).filter_map(Value::as_str)
}

/// The word of a card for a relation, as the Hugging Face Hub has them.
fn told_relation(word: &str) -> Relation {
    match word.trim().to_ascii_lowercase().as_str() {
        "finetune" | "finetuned" | "fine-tune" => Relation::FineTunedFrom,
        "adapter" => Relation::AdapterOf,
        "quantized" | "quantised" => Relation::QuantizedFrom,
        "merge" | "merged" => Relation::MergedFrom,
        _ => Relation::DerivedFrom,
    }
}

/// The name that a program loaded something from, when it is no path of its machine.
fn loaded_from(value: &Value) -> Option<RelatedName> {
    let name: RelatedName = value.as_str()?.parse().ok()?;
    let (namespace, last) = name.key();
    let is_path = FOLDERS.contains(&namespace.as_str()) || last.starts_with("checkpoint-");
    (!is_path).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn package(kind: PackageKind) -> PackageRef {
        PackageRef::parse(kind, "ann/bert").unwrap()
    }

    /// The edges of `ann/bert`, a model: relation and name.
    fn read(front_matter: &Value, config: Option<&str>, adapter: Option<&str>) -> Vec<(&'static str, String)> {
        let package = package(PackageKind::Model);
        let sources = Sources {
            package: &package,
            front_matter,
            config: config.map(str::as_bytes),
            adapter: adapter.map(str::as_bytes),
            has_gguf: false,
        };
        edges_in_files(sources).into_iter().map(|edge| (edge.relation.as_str(), edge.target.to_string())).collect()
    }

    #[test]
    fn the_card_names_bases_and_data() {
        let both = json!({"base_model": "google/bert", "base_model_relation": "quantized", "datasets": ["squad", "acme/wiki"]});
        let expected = [("quantized_from", "google/bert"), ("trained_on", "squad"), ("trained_on", "acme/wiki")];
        assert_eq!(read(&both, None, None), expected.map(|(relation, name)| (relation, name.to_owned())));
        for (front_matter, relation, count) in [
            (json!({"base_model": "google/bert"}), "fine_tuned_from", 1),
            (json!({"base_model": ["google/bert"], "base_model_relation": ["adapter"]}), "adapter_of", 1),
            (json!({"base_model": ["a/x", "a/y", "A/X"]}), "merged_from", 2),
            (json!({"base_model": ["a/x", "a/y"], "base_model_relation": "Merge"}), "merged_from", 2),
            (json!({"base_model": "a/x", "base_model_relation": "distilled"}), "derived_from", 1),
            (json!({"datasets": "squad"}), "trained_on", 1),
        ] {
            let edges = read(&front_matter, None, None);
            assert_eq!((edges.len(), edges[0].0), (count, relation), "{front_matter}");
        }
    }

    #[test]
    fn each_base_may_have_a_relation_of_its_own() {
        let front_matter = json!({"base_model": ["a/x", "a/y"], "base_model_relation": ["finetune", "adapter"]});
        assert_eq!(read(&front_matter, None, None), [("fine_tuned_from", "a/x".to_owned()), ("adapter_of", "a/y".to_owned())]);
    }

    #[test]
    fn a_relation_that_is_not_told_is_seen_from_the_files() {
        let front_matter = json!({"base_model": "google/bert"});
        assert_eq!(read(&front_matter, None, Some("{}"))[0].0, "adapter_of");
        assert_eq!(read(&front_matter, Some(r#"{"quantization_config": {}}"#), None)[0].0, "quantized_from");
        let package = package(PackageKind::Model);
        let gguf = Sources { package: &package, front_matter: &front_matter, config: None, adapter: None, has_gguf: true };
        assert_eq!(edges_in_files(gguf)[0].relation, Relation::QuantizedFrom);
    }

    #[test]
    fn configurations_name_what_was_loaded() {
        let config = r#"{"_name_or_path": "google/bert"}"#;
        let adapter = r#"{"base_model_name_or_path": "meta/llama", "peft_type": "LORA"}"#;
        assert_eq!(read(&Value::Null, Some(config), None), [("derived_from", "google/bert".to_owned())]);
        assert_eq!(read(&Value::Null, None, Some(adapter)), [("adapter_of", "meta/llama".to_owned())]);
        assert_eq!(read(&Value::Null, Some(config), Some(adapter)), [("adapter_of", "meta/llama".to_owned())]);
        let card = json!({"base_model": "Meta/Llama", "base_model_relation": "finetune"});
        assert_eq!(read(&card, Some(config), Some(adapter)), [("fine_tuned_from", "Meta/Llama".to_owned())]);
    }

    #[test]
    fn paths_and_the_package_itself_are_not_what_it_is_made_from() {
        for path in [
            "/home/ann/bert",
            "./out",
            "output/bert",
            "Checkpoints/1",
            "ann/checkpoint-500",
            "ann/bert",
            "ANN/Bert",
            "bert",
            "",
            "a/b/c",
            "https://example.org/x",
            "x\0y",
        ] {
            let config = json!({ "_name_or_path": path }).to_string();
            assert_eq!(read(&Value::Null, Some(&config), None), [], "{path:?}");
        }
        assert_eq!(read(&json!({"base_model": "bert"}), None, None).len(), 1, "an old name of the hub, told on purpose");
        assert_eq!(read(&json!({"datasets": "ann/bert"}), None, None).len(), 1, "data of the same name is something else");
    }

    #[test]
    fn data_and_code_say_nothing() {
        let front_matter = json!({"base_model": "a/b", "datasets": ["c"]});
        for kind in [PackageKind::Dataset, PackageKind::Code] {
            let package = package(kind);
            let sources =
                Sources { package: &package, front_matter: &front_matter, config: None, adapter: None, has_gguf: false };
            assert_eq!(edges_in_files(sources), []);
        }
    }

    #[test]
    fn hostile_files_say_nothing_or_little() {
        let nested = "[".repeat(100_000);
        let many: Vec<_> = (0..5000).map(|number| format!("a/x{number}")).collect();
        for text in
            ["", "null", "[]", "{", "\"x\"", "{\"_name_or_path\": 1}", "{\"_name_or_path\": [\"a/b\"]}", "\u{feff}{}", &nested]
        {
            assert_eq!(read(&Value::Null, Some(text), Some(text)), [], "{}", &text[..20.min(text.len())]);
        }
        for front_matter in [
            json!(1),
            json!([1]),
            json!({"base_model": {"a": 1}, "datasets": [1, null, {"name": "x"}]}),
            json!({"base_model": ""}),
        ] {
            assert_eq!(read(&front_matter, None, None), [], "{front_matter}");
        }
        let long = json!({ "base_model": many, "datasets": many });
        assert_eq!(read(&long, None, None).len(), MAX_IN_FILES);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a-z/._-]{0,12}".prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 6, |inner| {
            let key =
                "(base_model|base_model_relation|datasets|_name_or_path|base_model_name_or_path|quantization_config|[a-z]{1,4})";
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::vec((key, inner), 0..6).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_possible_and_told_once(
            front_matter in any_json(),
            config in any_json(),
            adapter in prop_oneof![any_json().prop_map(|json| json.to_string().into_bytes()), any::<Vec<u8>>()],
            has_gguf in any::<bool>(),
        ) {
            let package = package(PackageKind::Model);
            let config = config.to_string();
            let edges = edges_in_files(Sources {
                package: &package,
                front_matter: &front_matter,
                config: Some(config.as_bytes()),
                adapter: Some(&adapter),
                has_gguf,
            });
            prop_assert!(edges.len() <= MAX_IN_FILES);
            for (index, edge) in edges.iter().enumerate() {
                let kind = edge.relation.target_kind(PackageKind::Model);
                prop_assert!(kind.is_some());
                prop_assert!(kind != Some(PackageKind::Model) || edge.target.package(PackageKind::Model) != Some(package.clone()));
                prop_assert!(edges[..index].iter().all(|other| other.relation != edge.relation || other.target.key() != edge.target.key()));
            }
        }
    }
}
