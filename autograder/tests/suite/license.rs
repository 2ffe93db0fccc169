//! Where a licence is looked for, and what its score is.

use domain::report::MetricName::License;

use crate::common::{Sample, gguf, words};

fn text(id: &str) -> String {
    spdx::license_id(id).unwrap().text().to_owned()
}

fn card(front_matter: &str) -> String {
    format!("---\n{front_matter}\n---\n# Model\nwords\n")
}

#[test]
fn every_source_is_heard() {
    let own = "You may do what we say, when we say it.";
    for (sample, score, expression, said) in [
        (Sample::new().file("README.md", card("license: mit")), 1.0, Some("MIT"), "“mit”"),
        (Sample::new().file("readme.md", card("license: [mit, gpl-3.0]")), 0.5, Some("MIT AND GPL-3.0-only"), "“mit, gpl-3.0”"),
        (Sample::new().file("README.md", card("license: other\nlicense_name: llama3")), 0.5, Some("LicenseRef-llama3"), "calls"),
        (
            Sample::new().file("README.md", card("license: other")).file("LICENSE", text("MIT")),
            1.0,
            Some("MIT"),
            "LICENSE is MIT",
        ),
        (Sample::new().file("README.md", card("license: other")), 0.1, Some("LicenseRef-other"), "not known"),
        (Sample::new().file("LICENSE.txt", text("GPL-3.0-only")), 0.5, Some("GPL-3.0-only"), "of its text match"),
        (Sample::new().file("COPYING", own), 0.1, Some("LicenseRef-COPYING"), "no licence text that is known"),
        (
            Sample::new().file("LICENSE-MIT", text("MIT")).file("LICENSE-GPL", text("GPL-3.0-only")),
            1.0,
            Some("GPL-3.0-only OR MIT"),
            "LICENSE-GPL",
        ),
        (Sample::new().file("README.md", card("license: mit")).file("LICENSE", text("MIT")), 1.0, Some("MIT"), "agree"),
        (
            Sample::new().file("README.md", card("license: mit")).file("LICENSE", text("GPL-3.0-only")),
            0.4,
            Some("GPL-3.0-only"),
            "contradiction",
        ),
        (
            Sample::new().file("README.md", card("license: mit")).file("LICENSE", own),
            1.0,
            Some("MIT"),
            "no licence text that is known",
        ),
        (Sample::new().file("README.md", card("license: cc-by-nc-4.0")), 0.2, Some("CC-BY-NC-4.0"), "non-commercial"),
        (Sample::new().file("model.gguf", gguf()), 1.0, Some("Apache-2.0"), "header of model.gguf"),
        (
            Sample::new().file("README.md", "# M\n## License\nReleased under the MIT license."),
            1.0,
            Some("MIT"),
            "section “License”",
        ),
        (Sample::new().file("README.md", card("license: unknown")), 0.0, None, "nobody has the right"),
        (Sample::new().file("docs/LICENSE", text("MIT")).file("licenses.csv", "mit"), 0.0, None, "nobody has the right"),
        (Sample::new(), 0.0, None, "nobody has the right"),
        (
            Sample::new().file("README.md", b"---\nlicense: mit\n---\n\xff\xfe").file("LICENSE", b"\xff\xfe\x00"),
            1.0,
            Some("MIT"),
            "no valid UTF-8",
        ),
        (Sample::new().file("README.md", card("license: [1, {a: b}]")), 0.0, None, "nobody has the right"),
        (Sample::new().file("README.md", card("license: [unclosed")), 0.0, None, "front matter is no valid YAML"),
    ] {
        let report = sample.score();
        assert_eq!(report.score(License), Some(score), "{}", words(&report, License));
        assert_eq!(report.facts.license.as_deref(), expression, "{}", words(&report, License));
        assert!(words(&report, License).contains(said), "{said}: {}", words(&report, License));
    }
}
