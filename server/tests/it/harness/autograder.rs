//! Programs that stand in for the autograder: shell scripts that behave as a test needs it.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use domain::report::{Facts, Metric, MetricName, Outcome, REPORT_VERSION, Report, Verdict};

/// What scores packages in a deployment.
#[derive(Clone, Debug)]
pub(crate) enum Autograder {
    /// The real one, as it was built beside the server.
    Real,
    /// A shell script. `$2` is the folder of the package's files, `$6` where the report is awaited.
    Script(String),
}

impl Autograder {
    /// Scores everything with one half, at once.
    pub(crate) fn quick() -> Self {
        Self::Script(Self::writing_report(0.5))
    }

    /// Runs the lines of a shell script.
    pub(crate) fn script(lines: &str) -> Self {
        Self::Script(lines.to_owned())
    }

    /// A line of a shell script that writes a report with this net score.
    pub(crate) fn writing_report(score: f64) -> String {
        Self::writing_verdict(score, None)
    }

    /// A line of a shell script that writes a report with this net score and this verdict.
    pub(crate) fn writing_verdict(score: f64, verdict: Option<Verdict>) -> String {
        let outcome = Outcome::Scored { score, parts: std::collections::BTreeMap::new(), evidence: Vec::new() };
        let report = Report {
            version: REPORT_VERSION,
            autograder: "script".into(),
            metrics: vec![Metric { name: MetricName::NetScore, outcome, latency_us: 1 }],
            findings: Vec::new(),
            verdict,
            facts: Facts::default(),
            latency_ms: 1,
        };
        format!("echo '{}' > \"$6\"", serde_json::to_string(&report).unwrap())
    }

    /// The program; a script is written to `file`.
    pub(super) fn install(&self, file: &Path) -> PathBuf {
        match self {
            Self::Real => {
                let beside = Path::new(env!("CARGO_BIN_EXE_model-registry")).with_file_name("autograder");
                assert!(beside.is_file(), "{} is missing: run `cargo build --package autograder` first", beside.display());
                beside
            }
            Self::Script(lines) => {
                fs::write(file, format!("#!/bin/sh\nPATH=/usr/bin:/bin\n{lines}\n")).unwrap();
                fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
                file.to_owned()
            }
        }
    }
}
