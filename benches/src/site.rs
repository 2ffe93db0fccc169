//! What the first visit of the site loads: the compressed bytes of everything but the page itself.

use std::path::Path;

use domain::units;

use crate::{Outcome, Row};

/// The script, the WASM and the style as a browser gets them.
pub(crate) fn first_load() -> Outcome<Row> {
    let folder = Path::new("target/site/pkg");
    let mut sum = 0;
    let mut parts = Vec::new();
    for name in ["model-registry.wasm", "model-registry.js", "model-registry.css"] {
        let size = std::fs::metadata(folder.join(format!("{name}.br")))?.len();
        parts.push(format!("{} {}", name.rsplit('.').next().unwrap_or(name), units::bytes(size)));
        sum += size;
    }
    Ok(Row {
        what: "first load, brotli".to_owned(),
        ours: format!("{} ({})", units::bytes(sum), parts.join(", ")),
        peer: "a bare two-page Leptos app: 194 kB".to_owned(),
        aim: "under 350 kB".to_owned(),
    })
}
