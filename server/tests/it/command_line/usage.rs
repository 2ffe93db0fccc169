//! Help, versions, wrong usage.

use crate::harness::Deployment;

const COMMANDS: [&str; 22] = [
    "serve",
    "migrate",
    "health",
    "create-user",
    "reset-password",
    "invite",
    "grant",
    "create-token",
    "import",
    "export",
    "audit",
    "storage",
    "quota",
    "backup",
    "restore",
    "verify",
    "gc",
    "alias",
    "delete",
    "undelete",
    "rename",
    "version",
];

#[test]
fn every_command_explains_itself() {
    let deployment = Deployment::new();
    let overview = deployment.answer(&["--help"]);
    assert!(overview.contains("Exit codes:") && overview.contains("Start here:"), "{overview}");
    for command in COMMANDS {
        assert!(overview.lines().any(|line| line.trim_start().starts_with(command)), "{command} is not in the overview");
        for flag in ["--help", "-h"] {
            let help = deployment.answer(&[command, flag]);
            assert!(help.lines().next().unwrap().len() > 10, "{command} {flag}: {help}");
            assert!(help.contains("Usage: model-registry") && help.contains(command), "{command} {flag}: {help}");
        }
    }
    let serve = deployment.answer(&["serve", "--help"]);
    for variable in [
        "DATA_DIR",
        "DATABASE_URL",
        "LISTEN_ADDR",
        "PUBLIC_URL",
        "ENVIRONMENT",
        "JOB_RUNNER",
        "AUTOGRADER",
        "SITE_DIR",
        "MAX_FILES",
    ] {
        assert!(serve.contains(&format!("[env: {variable}")), "{variable} is not explained: {serve}");
    }
}

#[test]
fn the_version_is_told_in_both_ways() {
    let deployment = Deployment::new();
    let expected = format!("model-registry {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(deployment.answer(&["version"]), expected);
    assert_eq!(deployment.answer(&["--version"]), expected);
    assert!(!deployment.data().exists(), "asking needs no data folder");
}

#[test]
fn wrong_usage_has_exit_code_two_and_says_what_is_wrong() {
    let deployment = Deployment::new();
    for (arguments, words) in [
        (&[][..], "Usage:"),
        (&["fly"], "unrecognized subcommand"),
        (&["serve", "--fast"], "unexpected argument"),
        (&["create-user"], "<NAME>"),
        (&["create-user", "models"], "reserved"),
        (&["create-token", "ann", "--permissions", "all"], "is no permission"),
        (&["import", "."], "--name"),
        (&["import", ".", "--name", "a/b", "--kind", "virus"], "is no kind of package"),
        (&["import", ".", "--name", "a/b", "--version", "1 0"], "contains a space"),
        (&["export", "a/b"], "<FOLDER>"),
        (&["audit", "--actor", "ann", "--action", "sign_in"], "cannot be used with"),
        (&["audit", "--action", "sign"], "is never recorded"),
        (&["quota", "team"], "<SIZE|none>"),
        (&["quota", "team", "much"], "is no size"),
        (&["backup"], "<FOLDER>"),
        (&["restore"], "<FOLDER>"),
    ] {
        let finished = deployment.run(arguments);
        assert_eq!(finished.code, Some(2), "{arguments:?}: {finished:?}");
        assert!(finished.stderr.contains(words), "{arguments:?}: {finished:?}");
    }
    assert!(!deployment.data().exists(), "nothing was made");
}

#[test]
fn migrating_again_is_no_error() {
    let deployment = Deployment::new();
    for _ in 0..2 {
        assert_eq!(deployment.answer(&["migrate"]), "The catalog is at the version of this program.");
    }
}
