//! Any text as a model card: no panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let card = domain::card::parse(text);
    let _ = (card.description(), card.facts(), card.license());
});
