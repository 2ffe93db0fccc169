//! The questions that people and programs ask of a catalog, over HTTP, and how long their answers take.

use std::time::{Duration, Instant};

use domain::PackageKind;
use reqwest::Url;
use serde_json::Value;

use crate::{
    Outcome,
    seeding::{LIBRARIES, LICENSES, Library, MANY_VERSIONS, TASKS, version},
};

/// How often each question is asked, each time of something else, after some that are not counted.
const TIMES: u64 = 200;
const WARM_UP: u64 = 20;

/// A question.
pub(crate) struct Question {
    /// What is asked, for people.
    pub(crate) name: &'static str,
    asked: Asked,
}

enum Asked {
    /// Addresses, one after the other.
    Addresses(Vec<String>),
    /// The same list, page after page.
    Pages(String),
}

/// How long answers took.
#[derive(Clone, Copy)]
pub(crate) struct Times {
    /// The median.
    pub(crate) p50: Duration,
    /// What 95 of 100 took at the most.
    pub(crate) p95: Duration,
}

impl Times {
    /// Of single times.
    pub(crate) fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        let at = |percent: usize| {
            times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or_default()
        };
        Self { p50: at(50), p95: at(95) }
    }
}

/// All questions about a catalog with so many packages of a library.
pub(crate) fn all(library: &Library, packages: u64) -> Outcome<Vec<Question>> {
    let search = |name, query: &dyn Fn(u64) -> String| Question {
        name,
        asked: Asked::Addresses((0..TIMES + WARM_UP).map(|at| format!("/api/v1/packages?{}", query(at))).collect()),
    };
    let pages = |name, address: String| Question { name, asked: Asked::Pages(address) };
    let some = |at: u64| at.wrapping_mul(7_368_787) % packages;
    let one_of = |at: u64, of: &'static [&'static str], by: u64| of[(at / by % of.len() as u64) as usize];
    let three = |at: u64| {
        // the frequent and the rare ones by turns
        let (license, task, library) = (one_of(at, &LICENSES, 1), one_of(at, &TASKS, 2), one_of(at, &LIBRARIES, 3));
        format!("license={license}&task={task}&library={library}")
    };
    const COMMON: [&str; 4] = ["model", "bert", "english", "lora"];
    const WORDS: [&str; 8] = [
        "whisper german",
        "bert reviews",
        "llama contracts",
        "radiology french",
        "mistral-7b poetry",
        "clip invoices",
        "gpt2 korean",
        "news swahili",
    ];
    let mut questions = vec![
        search("list, newest", &|_| String::new()),
        pages("list, newest, further pages", "/api/v1/packages".to_owned()),
        search("list, best score", &|_| "sort=score".to_owned()),
        search("list, most downloads", &|_| "sort=downloads".to_owned()),
        search("text search, two words", &|at| format!("q={}", one_of(at, &WORDS, 1))),
        search("text search, a rare word", &|at| format!("q={}", library.rare_word(at))),
        search("text search, a word that most have", &|at| format!("q={}", one_of(at, &COMMON, 1))),
        search("text search, a word that most have, by relevance", &|at| format!("q={}&sort=relevance", one_of(at, &COMMON, 1))),
        search("text search, two words, by relevance", &|at| format!("q={}&sort=relevance", one_of(at, &WORDS, 1))),
        search("three filters", &three),
        search("three filters, a word and a least score", &|at| format!("{}&min_score=0.5&q=data", three(at))),
        search("regular expression, names, frequent", &|at| {
            format!("regex={}-.*-squad", one_of(at, &["bert", "gpt2", "phi"], 1))
        }),
        search("regular expression, names, rare", &|at| {
            format!("regex=^northwind-[0-9]*7/.*{}-dpo-mmlu-.z", one_of(at, &["yolos", "bloom", "phi-2"], 1))
        }),
        search("regular expression, cards, frequent", &|at| {
            format!("regex_in=card&regex=(epochs|runs).*{}", one_of(at, &["seeds", "weights"], 1))
        }),
    ];
    let mut public = (0..packages).map(|at| some(at * 31 + 1)).filter(|number| library.is_public(*number));
    let mut named = Vec::new();
    let mut paged = Vec::new();
    for number in public.by_ref().take((TIMES + WARM_UP) as usize) {
        let package = library.name(number)?;
        let (api, page) = match package.kind {
            PackageKind::Model => ("models", ""),
            PackageKind::Dataset => ("datasets", "/datasets"),
            PackageKind::Code => ("code", "/code"),
        };
        named.push(format!("/api/v1/{api}/{package}"));
        paged.push(format!("{page}/{package}"));
    }
    let versions = |name, address: &dyn Fn(String) -> String| Question {
        name,
        asked: Asked::Addresses((0..TIMES + WARM_UP).map(|at| address(version(at * 911 % 2000))).collect()),
    };
    questions.extend([
        Question { name: "home page, with its counts", asked: Asked::Addresses(vec!["/".to_owned()]) },
        versions("counts of a text search", &|_| "/api/v1/packages/facets?q=whisper+german".to_owned()),
        Question {
            name: "lineage",
            asked: Asked::Addresses(named.iter().map(|address| format!("{address}/lineage")).collect()),
        },
        Question { name: "package", asked: Asked::Addresses(named) },
        Question { name: "package, its page", asked: Asked::Addresses(paged) },
        versions("versions, the first page of them", &|_| format!("/api/v1/models/{MANY_VERSIONS}/tags")),
        pages("versions, further pages", format!("/api/v1/models/{MANY_VERSIONS}/tags")),
        pages("revisions, further pages", format!("/api/v1/models/{MANY_VERSIONS}/revisions")),
        versions("version, one of many", &|version| format!("/api/v1/models/{MANY_VERSIONS}/revisions/{version}")),
        versions("versions, their page", &|_| format!("/{MANY_VERSIONS}/versions")),
        versions("version, its page", &|version| format!("/{MANY_VERSIONS}/tree/{version}")),
    ]);
    Ok(questions)
}

/// Asks a question often, one call after the other on one connection.
pub(crate) async fn ask(question: &Question, url: &str, token: &str) -> Outcome<Times> {
    let client = reqwest::Client::new();
    let top = Url::parse(url)?;
    let mut times = Vec::new();
    let mut next: Option<String> = None;
    for at in 0..TIMES + WARM_UP {
        let address = match &question.asked {
            Asked::Addresses(addresses) => {
                let all = addresses.len() as u64;
                top.join(addresses.get((at % all.max(1)) as usize).ok_or("nothing is asked")?)?
            }
            Asked::Pages(address) => {
                let mut address = top.join(address)?;
                if let Some(cursor) = &next {
                    address.query_pairs_mut().append_pair("cursor", cursor);
                }
                address
            }
        };
        let begun = Instant::now();
        let response = client.get(address.clone()).bearer_auth(token).send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        let took = begun.elapsed();
        if !status.is_success() {
            return Err(format!("{address}: {status}: {}", String::from_utf8_lossy(&body)).into());
        }
        if let Asked::Pages(_) = &question.asked {
            let page: Value = serde_json::from_slice(&body)?;
            next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        }
        if at >= WARM_UP {
            times.push(took);
        }
    }
    Ok(Times::of(times))
}
