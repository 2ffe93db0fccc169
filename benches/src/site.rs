//! What the first visit of the site loads: the compressed bytes of everything but the page itself.

use std::{collections::HashMap, fs, io, path::Path};

use domain::units;

use crate::{Outcome, Row};

/// Where the build puts what pages load.
const FOLDER: &str = "target/site/pkg";

/// The scripts, the WASM and the style as a browser gets them for the home page, and for the first page of a package.
pub(crate) fn first_load() -> Outcome<Row> {
    // which files each part of the WASM is in
    let manifest = fs::read(Path::new(FOLDER).join("__wasm_split_manifest.json"))?;
    let parts: HashMap<String, Vec<String>> = serde_json::from_slice(&manifest)?;
    let main = ["model-registry.wasm", "model-registry.js", "__wasm_split.______________________.js", "model-registry.css"];
    let main = main.into_iter().map(compressed).sum::<io::Result<u64>>()?;
    let with = |part: &str| -> Outcome<u64> {
        let files = parts.get(part).ok_or_else(|| format!("the WASM has no part {part}"))?;
        Ok(main + files.iter().map(|file| compressed(&format!("{file}.wasm"))).sum::<io::Result<u64>>()?)
    };
    Ok(Row {
        what: "first load, brotli (wasm, js, css)".to_owned(),
        ours: format!("home {}, package {}", units::bytes(with("entry")?), units::bytes(with("overview")?)),
        peer: "a bare two-page Leptos app: 194 kB".to_owned(),
        aim: "under 350 kB".to_owned(),
    })
}

fn compressed(file: &str) -> io::Result<u64> {
    let path = Path::new(FOLDER).join(file);
    // what brotli would not make smaller has no variant
    fs::metadata(path.with_added_extension("br")).or_else(|_| fs::metadata(path)).map(|file| file.len())
}
