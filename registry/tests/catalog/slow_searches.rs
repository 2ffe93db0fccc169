//! Searches that are built to be slow come to an end, and what they ask for is found.

use std::collections::BTreeSet;

use domain::{
    ErrorKind,
    search::{Filters, MAX_PATTERN, MAX_TEXT, PatternTarget, SearchQuery, Sort},
};
use registry::{Actor, Registry};

use crate::{
    engine::{Engine, TestCatalog},
    library::{asked, fill_with_cards, multiply},
};

on_both_engines!(expressions_built_to_be_slow_end, texts_built_to_be_slow_end);

/// So many packages have the name that is multiplied, and so many there are.
const MANY: usize = 5200;
const ALL: usize = MANY + 4;

/// All that is found page by page, and in how many. Every page must begin behind the one before, so that there is an end.
async fn walked(registry: &Registry, mut query: SearchQuery) -> Result<(usize, usize), registry::Error> {
    let (mut names, mut count, mut pages, mut cursors) = (BTreeSet::new(), 0, 0, BTreeSet::new());
    loop {
        let page = registry.search_packages(&Actor::operator(), &query).await?;
        pages += 1;
        count += page.items.len();
        names.extend(page.items.into_iter().map(|item| item.package.full_name()));
        let Some(next) = page.next else { break };
        assert!(cursors.insert(next.clone()), "a page that leads to itself: {query:?}");
        assert!(pages <= ALL, "more pages than packages: {query:?}");
        query.cursor = Some(next);
    }
    assert_eq!(names.len(), count, "none twice: {query:?}");
    Ok((count, pages))
}

async fn expressions_built_to_be_slow_end(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill_with_cards(&registry).await;
    multiply(&catalog, engine).await;
    let alternatives = (0..MAX_PATTERN / 2).map(|number| char::from(b'a' + (number % 26) as u8).to_string());
    let alternatives = alternatives.collect::<Vec<_>>().join("|");
    let longest = "a?".repeat(MAX_PATTERN / 2);
    // what is compared with names, and how many it matches; nothing when it is refused
    for (pattern, matches) in [
        // nested quantifiers
        ("(a+)+$", Some(0)),
        ("^(([a-z])+.)+[A-Z]([0-9])+$", Some(0)),
        ("(.*)*(.*)*[^a-z0-9/-]$", Some(0)),
        ("(x+x+)+y", Some(0)),
        ("((((((b*)*)*)*)*)*)*", Some(ALL)),
        ("^(a|aa|aaa)*$", Some(0)),
        ("(.*b.*e.*r.*t.*)+-(.*1.*)*1$", Some(188)),
        // alternatives
        (&alternatives, Some(ALL)),
        ("^(bob|ann|team|nobody)/(my-bert|bert|resnet)(-[0-9]+|-base|)$", Some(ALL - 1)),
        // counted repetitions
        ("[a-z-]{5,60}", Some(ALL)),
        ("(.{0,100}){0,3}z$", None),
        ("((a{100}){100}){100}", None),
        ("(\\w{50}|\\d{50}){50}", None),
        ("x{100000}", None),
        ("(?:\\pL|\\pN|\\pP){90}", None),
        // as long as may be, and one longer
        (&longest, Some(ALL)),
        (&"a".repeat(MAX_PATTERN + 1), None),
        // deeply nested
        (&format!("{}a{}", "(".repeat(90), ")".repeat(90)), None),
        // what matches everything, or begins with what is everywhere
        ("", Some(ALL)),
        (".", Some(ALL)),
        ("b", Some(ALL)),
        ("^b", Some(MANY + 2)),
    ] {
        let filters = Filters { pattern: (!pattern.is_empty()).then(|| pattern.to_owned()), ..Filters::default() };
        let query = SearchQuery { limit: Some(100), ..asked(filters) };
        let walked = walked(&registry, query.clone()).await;
        match (walked, matches) {
            (Ok((count, pages)), Some(matches)) => {
                assert_eq!(count, matches, "{pattern}");
                assert!(pages >= count.div_ceil(100), "{pattern}: {pages} pages");
            }
            (Err(refused), None) => assert_eq!(refused.kind(), ErrorKind::Invalid, "{pattern}: {refused:?}"),
            (other, _) => panic!("{pattern}: {other:?}"),
        }
        let counted = registry.facet_counts(&Actor::operator(), &query.filters).await;
        assert_eq!(counted.is_ok(), matches.is_some(), "{pattern}: the same is counted and refused");
    }
    // one call looks at 5 000 packages, however quick it is, and says where to go on
    for (pattern, pattern_target) in [("(.*)*(.*)*[^a-z0-9/-]$", PatternTarget::Name), ("(.*)*(.*)*~~$", PatternTarget::Card)] {
        let filters = Filters { pattern: Some(pattern.into()), pattern_target, ..Filters::default() };
        let first = registry.search_packages(&Actor::operator(), &asked(filters)).await.unwrap();
        assert!(first.items.is_empty() && first.next.is_some(), "{pattern}");
    }
    // of the packages that were multiplied only the first has a card
    for (pattern, matches) in [("(.+)+(.+)+2024", 1), ("^(# ?)+(b|be|ber|bert)+", 2), ("(.|\\n)*(.|\\n)*\\d{4}-\\d\\d", 1)] {
        let filters = Filters { pattern: Some(pattern.into()), pattern_target: PatternTarget::Card, ..Filters::default() };
        let (count, _) = walked(&registry, SearchQuery { limit: Some(100), ..asked(filters) }).await.unwrap();
        assert_eq!(count, matches, "{pattern}");
    }
}

async fn texts_built_to_be_slow_end(engine: Engine) {
    let catalog = TestCatalog::new(engine).await;
    let registry = catalog.open().await;
    fill_with_cards(&registry).await;
    multiply(&catalog, engine).await;
    let letters: String = (0..MAX_TEXT / 2).map(|number| format!("{} ", char::from(b'a' + (number % 26) as u8))).collect();
    for (text, matches) in [
        // one letter begins very many words
        ("b", Some(ALL)),
        ("b b b b b b b b b b", Some(0)),
        ("bert bert bert bert b", Some(MANY + 3)),
        (&letters, Some(0)),
        (&"b ".repeat(MAX_TEXT / 2), Some(0)),
        (&"b-".repeat(MAX_TEXT / 2), Some(0)),
        (&"b".repeat(MAX_TEXT), Some(0)),
        (&"*".repeat(MAX_TEXT), Some(ALL)),
        (&"\"".repeat(MAX_TEXT), Some(ALL)),
        (&"(".repeat(MAX_TEXT), Some(ALL)),
        (&"文".repeat(MAX_TEXT), Some(0)),
        (&"bert ".repeat(MAX_TEXT / 5), Some(MANY + 3)),
        (&"b".repeat(MAX_TEXT + 1), None),
    ] {
        let query =
            |sort| SearchQuery { sort, limit: Some(100), ..asked(Filters { text: text.to_owned(), ..Filters::default() }) };
        for sort in Sort::ALL {
            match (registry.search_packages(&Actor::operator(), &query(sort)).await, matches) {
                (Ok(page), Some(matches)) => {
                    assert_eq!((page.items.len(), page.next.is_some()), (matches.min(100), matches > 100), "{text:?} {sort:?}");
                }
                (Err(refused), None) => assert_eq!(refused.kind(), ErrorKind::Invalid, "{text:?}: {refused:?}"),
                (other, _) => panic!("{text:?} {sort:?}: {:?}", other.map(|page| page.items.len())),
            }
        }
        if let Some(matches) = matches {
            let walked = walked(&registry, query(Sort::Relevance)).await.unwrap();
            assert_eq!(walked, (matches, matches.div_ceil(100).max(1)), "{text:?}: every page is full");
        }
    }
}
