//! How freely something may be used: the classes of licences and their scores.

use spdx::LicenseId;

/// What a licence asks in return, from the least free to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LicenseClass {
    /// Terms that this version does not know, or that reserve all rights.
    Unknown,
    /// Research or other non-commercial use only.
    NonCommercial,
    /// On the SPDX list, but approved neither by the Open Source Initiative nor by the Free Software Foundation.
    NotApproved,
    /// Free of charge, but some uses or users are excluded, or no derivatives may be made.
    UseRestricted,
    /// What is combined with it must carry the same licence.
    StrongCopyleft,
    /// Changes to it must carry the same licence; what merely uses it need not.
    WeakCopyleft,
    /// Almost everything is allowed.
    Permissive,
}

impl LicenseClass {
    /// All classes, the freest first.
    pub const ALL: [Self; 7] = [
        Self::Permissive,
        Self::WeakCopyleft,
        Self::StrongCopyleft,
        Self::UseRestricted,
        Self::NotApproved,
        Self::NonCommercial,
        Self::Unknown,
    ];

    /// The score of a package under such a licence.
    #[must_use]
    pub const fn score(self) -> f64 {
        match self {
            Self::Permissive => 1.0,
            Self::WeakCopyleft => 0.8,
            Self::StrongCopyleft | Self::UseRestricted => 0.5,
            Self::NotApproved => 0.4,
            Self::NonCommercial => 0.2,
            Self::Unknown => 0.1,
        }
    }

    /// What it means for the reader.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Permissive => {
                "permissive, it may be used, changed and passed on, commercially too, as long as its notices stay"
            }
            Self::WeakCopyleft => "weak copyleft, changes to it must be shared under the same licence",
            Self::StrongCopyleft => "strong copyleft, what is built on it and passed on must carry the same licence",
            Self::UseRestricted => "use-restricted, free of charge, but some uses, users or changes are excluded",
            Self::NotApproved => "on the SPDX list, but approved neither by the OSI nor by the FSF, its terms must be read",
            Self::NonCommercial => "non-commercial, research or private use only",
            Self::Unknown => "terms that are not known here and must be read before use",
        }
    }

    /// The class of a licence on the SPDX list; `with_exception` when an exception eases it.
    pub(super) fn of(id: LicenseId, with_exception: bool) -> Self {
        let name = id.name;
        let any = |starts: &[&str]| starts.iter().any(|start| name.starts_with(start));
        if any(NON_COMMERCIAL) || name.contains("-NC-") || name.ends_with("-NC") {
            Self::NonCommercial
        } else if any(USE_RESTRICTED) {
            Self::UseRestricted
        } else if any(WEAK_COPYLEFT) {
            Self::WeakCopyleft
        } else if id.is_copyleft() || any(STRONG_COPYLEFT) {
            if with_exception { Self::WeakCopyleft } else { Self::StrongCopyleft }
        } else if id.is_osi_approved() || id.is_fsf_free_libre() || any(PERMISSIVE) {
            Self::Permissive
        } else {
            Self::NotApproved
        }
    }
}

// SPDX ids by how they begin. The flags of the SPDX list tell “copyleft” and “approved”; they tell neither weak from strong
// copyleft nor a field of use, and they leave out licences for data.
const NON_COMMERCIAL: &[&str] = &["PolyForm-Noncommercial", "Aladdin", "CC-BY-NC", "Hippocratic"];
const USE_RESTRICTED: &[&str] = &["CC-BY-ND", "BUSL", "Elastic", "SSPL", "PolyForm", "JSON", "Parity", "Prosperity"];
const WEAK_COPYLEFT: &[&str] = &[
    "LGPL",
    "MPL",
    "EPL",
    "CDDL",
    "CPL",
    "IPL",
    "EUPL",
    "CeCILL-C",
    "CC-BY-SA",
    "ODbL",
    "OFL",
    "CDLA-Sharing",
    "MS-PL",
    "APSL",
    "Artistic",
    "LPPL",
];
const STRONG_COPYLEFT: &[&str] = &["GPL", "AGPL", "OSL", "CeCILL", "GFDL", "MS-RL"];
const PERMISSIVE: &[&str] = &[
    "CC0",
    "CC-BY-1",
    "CC-BY-2",
    "CC-BY-3",
    "CC-BY-4",
    "CC-PDDC",
    "PDDL",
    "ODC-By",
    "CDLA-Permissive",
    "C-UDA",
    "O-UDA",
    "etalab",
    "OGL",
    "DL-DE-BY",
    "DL-DE-ZERO",
    "MIT",
    "BSD",
    "0BSD",
    "Unlicense",
    "WTFPL",
    "Zlib",
    "HPND",
    "ISC",
    "X11",
    "curl",
    "Apache",
];
