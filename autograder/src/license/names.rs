//! Names of licences as authors write them: the ids of the Hugging Face Hub, SPDX ids in any case, and a few habits.

use spdx::LicenseId;

use super::LicenseClass::{self, NonCommercial, Permissive, Unknown, UseRestricted};

/// Lower-case names that stand for an SPDX expression but are none themselves.
const ALIASES: &[(&str, &str)] = &[
    ("apache", "Apache-2.0"),
    ("apache 2", "Apache-2.0"),
    ("apache 2.0", "Apache-2.0"),
    ("apache-2", "Apache-2.0"),
    ("apache2", "Apache-2.0"),
    ("apache license 2.0", "Apache-2.0"),
    ("apache license, version 2.0", "Apache-2.0"),
    ("mit license", "MIT"),
    ("the mit license", "MIT"),
    ("bsd", "BSD-3-Clause"),
    ("agpl", "AGPL-3.0-only"),
    ("agpl-3.0", "AGPL-3.0-only"),
    ("gfdl", "GFDL-1.3-only"),
    ("gpl", "GPL-1.0-or-later"),
    ("gpl-2.0", "GPL-2.0-only"),
    ("gpl-3.0", "GPL-3.0-only"),
    ("gpl-2.0+", "GPL-2.0-or-later"),
    ("gpl-3.0+", "GPL-3.0-or-later"),
    ("gplv2", "GPL-2.0-only"),
    ("gplv3", "GPL-3.0-only"),
    ("lgpl", "LGPL-2.0-or-later"),
    ("lgpl-2.1", "LGPL-2.1-only"),
    ("lgpl-3.0", "LGPL-3.0-only"),
    ("lgpl-lr", "LGPLLR"),
    ("cc0", "CC0-1.0"),
    ("odbl", "ODbL-1.0"),
    ("odc-by", "ODC-By-1.0"),
    ("pddl", "PDDL-1.0"),
    ("c-uda", "C-UDA-1.0"),
    ("eupl", "EUPL-1.2"),
    ("mpl", "MPL-2.0"),
];

/// Lower-case names of licences that are not on the SPDX list, by how they begin.
const OFF_LIST: &[(&str, LicenseClass)] = &[
    ("openmdw", Permissive),
    ("openrail", UseRestricted),
    ("bigscience-openrail", UseRestricted),
    ("bigscience-bloom-rail", UseRestricted),
    ("bigcode-openrail", UseRestricted),
    ("creativeml-openrail", UseRestricted),
    ("llama", UseRestricted),
    ("meta-llama", UseRestricted),
    ("gemma", UseRestricted),
    ("tongyi-qianwen", UseRestricted),
    ("qwen", UseRestricted),
    ("deepseek", UseRestricted),
    ("falcon-llm", UseRestricted),
    ("nvidia-open-model", UseRestricted),
    ("stabilityai-ai-community", UseRestricted),
    ("apple-ascl", UseRestricted),
    ("deepfloyd-if", NonCommercial),
    ("apple-amlr", NonCommercial),
    ("fair-noncommercial", NonCommercial),
    ("flux-1-dev-non-commercial", NonCommercial),
    ("h-research", NonCommercial),
    ("intel-research", NonCommercial),
    ("nvidia-noncommercial", NonCommercial),
    ("cc-by-nc", NonCommercial),
    ("proprietary", Unknown),
];

/// Names that say that nothing is said.
const EMPTY: &[&str] = &["", "unknown", "none", "n/a", "not specified", "unlicensed"];

/// Whether the name says that nothing is said.
pub(super) fn says_nothing(name: &str) -> bool {
    EMPTY.contains(&name.trim().to_lowercase().as_str())
}

/// The SPDX expression that a whole name stands for, without being one.
pub(super) fn alias(name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, expression)| *expression)
}

/// The SPDX id with this name, whatever its case.
pub(super) fn spdx_id(name: &str) -> Option<LicenseId> {
    spdx::license_id(name).or_else(|| {
        let found = spdx::identifiers::LICENSES.iter().find(|license| license.name.eq_ignore_ascii_case(name))?;
        spdx::license_id(found.name)
    })
}

/// The class of a licence that is not on the SPDX list.
pub(super) fn off_list(name: &str) -> Option<LicenseClass> {
    let lower = name.to_lowercase();
    OFF_LIST.iter().find(|(start, _)| lower.starts_with(start)).map(|(_, class)| *class)
}
