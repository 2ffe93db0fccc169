//! Whole reports of whole packages.

use domain::report::{MetricName, Outcome, Report};

use crate::common::{Sample, facts, gguf, metric, rules, safetensors, timeless, words};

#[test]
fn a_complete_model_is_scored_on_all_counts() {
    let report = Sample::complete().score();
    let scores =
        [MetricName::NetScore, MetricName::License, MetricName::RampUpTime, MetricName::SizeScore].map(|name| report.score(name));
    assert_eq!(scores, [Some(1.0); 4], "{}", words(&report, MetricName::RampUpTime));
    assert_eq!((rules(&report), report.verdict), (vec![], None), "what was not scanned is not called clean");
    let facts = &report.facts;
    assert_eq!((facts.files, facts.parameters), (5, Some(10)));
    assert_eq!((facts.license.as_deref(), facts.architecture.as_deref()), (Some("MIT"), Some("TinyModel")));
    assert_eq!(facts.dtypes.iter().map(|(name, count)| (name.as_str(), *count)).collect::<Vec<_>>(), [("F32", 6), ("I64", 4)]);
}

#[test]
fn every_metric_has_a_score_with_evidence_or_a_reason() {
    for sample in [Sample::complete(), Sample::new(), Sample::new().file("README.md", "")] {
        let report = sample.score();
        let names: Vec<_> = report.metrics.iter().map(|metric| metric.name).collect();
        assert_eq!(names, MetricName::ALL);
        assert!(MetricName::ALL.into_iter().all(|name| !words(&report, name).is_empty()));
    }
}

#[test]
fn the_same_files_give_the_same_report() {
    let scored = |_| timeless(Sample::complete().file("b.gguf", gguf()).file("c.safetensors", "cut").score());
    let [first, second] = [0, 1].map(scored);
    assert_eq!(first, second);
    let json = serde_json::to_string(&first).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), first);
}

#[test]
fn shards_are_summed_and_forms_are_alternatives() {
    let shard = |rows: u64| safetensors(&[("w", "F32", &[rows, 1_000_000])]);
    let report = Sample::new()
        .file("model-00001-of-00002.safetensors", shard(20))
        .file("model-00002-of-00002.safetensors", shard(10))
        .file("model.safetensors.index.json", "{}")
        .file("pytorch_model.bin", vec![0; 130_000_000])
        .score();
    assert_eq!(report.facts.parameters, Some(30_000_000));
    assert_eq!(report.facts.weights.len(), 2);
    assert!(report.facts.weight_bytes > 250_000_000);
    let words = words(&report, MetricName::SizeScore);
    assert!(words.contains("in 2 forms") && words.contains("120 MB of weights (safetensors)"), "{words}");
    let Outcome::Scored { parts, .. } = &metric(&report, MetricName::SizeScore).outcome else { panic!("{words}") };
    assert_eq!(parts.keys().collect::<Vec<_>>(), ["aws_server", "desktop_pc", "jetson_nano", "raspberry_pi"]);
}

#[test]
fn an_empty_package_says_what_is_missing() {
    let report = Sample::new().score();
    assert_eq!(report.score(MetricName::RampUpTime), Some(0.0));
    assert_eq!(report.score(MetricName::SizeScore), None);
    assert_eq!(report.score(MetricName::NetScore), Some(0.0));
    assert!(words(&report, MetricName::RampUpTime).contains("add a README.md"));
}

#[test]
fn data_sets_and_code_are_measured_by_their_own_rubric() {
    let sample = || Sample::complete().file("pyproject.toml", "").file("data.npz", "no zip");
    let dataset = sample().score_as(&facts("dataset"));
    assert!(words(&dataset, MetricName::SizeScore).contains("kind “dataset”"));
    assert!(words(&dataset, MetricName::RampUpTime).contains("task_categories"));
    assert_eq!(dataset.facts.weight_bytes, 0);
    let code = sample().score_as(&facts("code"));
    assert!(words(&code, MetricName::RampUpTime).contains("pyproject.toml tells how to build"));
    assert!(!words(&code, MetricName::RampUpTime).contains("config.json"));
}

#[test]
fn a_model_for_images_needs_no_tokenizer() {
    let card = "---\npipeline_tag: image-classification\n---\n# x\n";
    let words = words(&Sample::new().file("README.md", card).score(), MetricName::RampUpTime);
    assert!(!words.contains("tokenizer") && !words.contains("language"), "{words}");
}

#[test]
fn a_gguf_file_alone_tells_architecture_licence_and_tokenizer() {
    let report = Sample::new().file("tiny.gguf", gguf()).score();
    assert_eq!(report.facts.architecture.as_deref(), Some("llama"));
    assert_eq!(report.facts.license.as_deref(), Some("Apache-2.0"));
    assert!(words(&report, MetricName::RampUpTime).contains("the header of tiny.gguf configures the model"));
}
