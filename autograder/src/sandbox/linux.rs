//! Landlock and `no_new_privs`.

use std::path::Path;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, LandlockStatus, PathBeneath, PathFd, RestrictionStatus, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope, make_bitflags,
};

/// The newest level that is asked for; older kernels enforce what they know.
const NEWEST: ABI = ABI::V7;

pub(super) fn enter(folder: &Path, facts: Option<&Path>, out: Option<&Path>) -> String {
    // also without Landlock
    let privileges = match rustix::thread::set_no_new_privs(true) {
        Ok(()) => "no new privileges",
        Err(_) => "new privileges are possible",
    };
    match restrict(folder, facts, out) {
        Ok(status) => format!("sandbox: {}; {privileges}", describe(&status)),
        Err(error) => format!("sandbox: Landlock refused its rules ({error}); {privileges}"),
    }
}

fn restrict(folder: &Path, facts: Option<&Path>, out: Option<&Path>) -> Result<RestrictionStatus, RulesetError> {
    let mut ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?;
    let read_folder = make_bitflags!(AccessFs::{ReadFile | ReadDir});
    let read_file = BitFlags::from(AccessFs::ReadFile);
    // a temporary file is made, written, and renamed or removed
    let write = make_bitflags!(AccessFs::{MakeReg | WriteFile | Truncate | RemoveFile});
    for (path, access) in [(Some(folder), read_folder), (facts, read_file), (out, write)] {
        // what is not there gets no rule; reading it fails later, with a message of its own
        if let Some(beneath) = path.and_then(|path| PathFd::new(path).ok()) {
            ruleset = ruleset.add_rule(PathBeneath::new(beneath, access))?;
        }
    }
    ruleset.restrict_self()
}

fn describe(status: &RestrictionStatus) -> String {
    let level = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => format!("Landlock {effective_abi:?}"),
        LandlockStatus::NotEnabled => "Landlock is not enabled in this kernel".to_owned(),
        LandlockStatus::NotImplemented => "this kernel has no Landlock".to_owned(),
    };
    match status.ruleset {
        RulesetStatus::FullyEnforced => format!("{level}, files and network confined"),
        RulesetStatus::PartiallyEnforced => format!("{level}, confined as far as this kernel can"),
        RulesetStatus::NotEnforced => format!("{level}, files and network are not confined"),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::ErrorKind, net::TcpListener};

    use super::*;

    /// Landlock confines the thread that asks for it, so the test gives one up.
    #[test]
    fn only_the_named_folders_can_be_reached() {
        let [package, out, other] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        for folder in [&package, &out, &other] {
            fs::write(folder.path().join("file"), "x").unwrap();
        }
        let (package, out, other) = (package.path(), out.path(), other.path());
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let said = enter(package, None, Some(out));
                assert!(said.contains("no new privileges"), "{said}");
                assert_eq!(fs::read(package.join("file")).unwrap(), b"x");
                fs::write(out.join("new"), "y").unwrap();
                fs::rename(out.join("new"), out.join("newer")).unwrap();
                if !said.contains("files and network confined") {
                    return; // this kernel cannot
                }
                let denied = |result: std::io::Result<()>| assert_eq!(result.unwrap_err().kind(), ErrorKind::PermissionDenied);
                denied(fs::read(other.join("file")).map(drop));
                denied(fs::read_dir(other).map(drop));
                denied(fs::write(package.join("file"), "z"));
                denied(fs::write(other.join("new"), "z"));
                denied(fs::remove_file(package.join("file")));
                denied(TcpListener::bind("127.0.0.1:0").map(drop));
                denied(std::process::Command::new("/bin/true").status().map(drop));
            });
        });
    }
}
