//! What the card explains.

use domain::PackageKind;

use super::{Check, Subject};
use crate::{
    markdown::{Outline, Section},
    metrics::Card,
    text,
};

/// A card of so many words earns half of the points for its length, or all.
const SOME_WORDS: usize = 100;
const MANY_WORDS: usize = 300;

/// Words in headings, lower-case.
const USAGE: &[&str] = &[
    "usage",
    "how to use",
    "getting started",
    "get started",
    "quick start",
    "quickstart",
    "how to get",
    "inference",
    "example",
    "direct use",
    "uses",
];
const INSTALL: &[&str] = &["install", "setup", "set up", "requirements", "dependencies"];
/// Commands that install something.
const INSTALL_COMMANDS: &[&str] = &[
    "pip install",
    "pip3 install",
    "uv add",
    "uv pip install",
    "conda install",
    "poetry add",
    "cargo add",
    "npm install",
    "docker run",
    "docker pull",
    "ollama run",
    "brew install",
];
/// Files that name what must be installed.
const INSTALL_FILES: &[&str] = &[
    "requirements.txt",
    "environment.yml",
    "environment.yaml",
    "pyproject.toml",
    "setup.py",
    "Pipfile",
    "Cargo.toml",
    "package.json",
    "Dockerfile",
];

/// The lines of the rubric about the card.
pub(super) fn checks(subject: &Subject<'_>) -> Vec<Check> {
    let empty = Outline::default();
    let outline = subject.card.as_ref().map_or(&empty, |card| &card.outline);
    let mut checks = vec![
        Check::new(2, subject.card.is_some(), "there is a card (README.md)", "there is no card: add a README.md"),
        length(outline.words),
        usage(outline),
        example(outline),
        install(subject, outline),
    ];
    checks.extend(front_matter(subject));
    checks
}

fn length(words: usize) -> Check {
    let earned = match words {
        0..SOME_WORDS => 0,
        SOME_WORDS..MANY_WORDS => 1,
        MANY_WORDS.. => 2,
    };
    let says = format!("the card has {words} words; {SOME_WORDS} earn a point, {MANY_WORDS} both");
    Check { earned, worth: 2, says }
}

fn usage(outline: &Outline<'_>) -> Check {
    let found = outline.section(USAGE).filter(|section| !section.text.is_empty());
    let says = |section: &Section<'_>| format!("the section {} tells how to use it", text::quote(section.title));
    Check::new(2, found.is_some(), found.map(says).unwrap_or_default(), "no section tells how to use it: add one called “Usage”")
}

fn example(outline: &Outline<'_>) -> Check {
    // a line that installs something shows how to begin, not how to use it
    let examples =
        outline.code.iter().filter(|code| !code.lines().all(|line| is_install_command(line) || line.trim().is_empty())).count();
    let no = "no fenced block of code shows how to use it: add one between lines of ```";
    Check::new(2, examples > 0, format!("{} of code to start from", domain::units::plural(examples as u64, "block")), no)
}

fn install(subject: &Subject<'_>, outline: &Outline<'_>) -> Check {
    let file = INSTALL_FILES.iter().find(|name| subject.package.top_file(name).is_some());
    let body = subject.card.as_ref().map_or("", |card| card.parsed.body);
    let yes = if let Some(file) = file {
        Some(format!("{file} names what must be installed"))
    } else if let Some(line) = body.lines().find(|line| is_install_command(line)) {
        Some(format!("the card tells what to install: {}", text::quote(line)))
    } else {
        outline.section(INSTALL).map(|section| format!("the section {} tells what to install", text::quote(section.title)))
    };
    Check::new(1, yes.is_some(), yes.unwrap_or_default(), "nothing tells what must be installed")
}

fn is_install_command(line: &str) -> bool {
    INSTALL_COMMANDS.iter().any(|command| line.contains(command))
}

/// What the front matter says, by kind of package.
fn front_matter(subject: &Subject<'_>) -> impl Iterator<Item = Check> {
    let keys: &[(&str, &str)] = match subject.kind {
        PackageKind::Model => {
            &[("pipeline_tag", "what it is for"), ("library_name", "what loads it"), ("tags", "what it is about")]
        }
        PackageKind::Dataset => {
            &[("task_categories", "what it is for"), ("size_categories", "how large it is"), ("tags", "what it is about")]
        }
        PackageKind::Code => &[("tags", "what it is about")],
    };
    let language = subject.is_about_text().then_some(&("language", "which language it is in"));
    let says = |key: &str| subject.card.as_ref().is_some_and(|card: &Card<'_>| card.says(key));
    keys.iter().chain(language).map(move |(key, what)| {
        Check::new(
            1,
            says(key),
            format!("the front matter tells {what} ({key})"),
            format!("the front matter does not tell {what}: add {key}"),
        )
    })
}
