//! What is answered to whom: one table for all rows that demand the same.
//!
//! `ok`: it is done. `401`: sign in first. `403`: not with these rights, of something that the caller may know about. `404`: nothing
//! there, as far as the caller may know. Behind the bar are the roles that get the answers of the line.

use std::collections::{BTreeMap, BTreeSet};

/// Finding packages and reading about them.
pub(super) const FIND: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
401          401           ok          401       401       401       401         | anonymous
404          ok            ok          404       404       404       404         | stranger
ok           ok            ok          404       ok        404       404         | searcher downloader uploader manager program deployer
ok           ok            ok          404       ok        404       404         | search-token upload-token root-team-token
404          ok            ok          404       404       ok        404         | owner
ok           ok            ok          404       ok        ok        404         | root root-token
404          404           ok          404       404       404       404         | elsewhere-token
403          403           403         403       403       403       403         | unsettled
";

/// Fetching what packages hold.
pub(super) const FETCH: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
401          401           ok          401       401       401       401         | anonymous
404          ok            ok          404       404       404       404         | stranger
403          ok            ok          404       403       404       404         | searcher
ok           ok            ok          404       ok        404       404         | downloader uploader manager program deployer
ok           ok            ok          404       ok        404       404         | upload-token root-team-token
404          ok            ok          404       404       ok        404         | owner
ok           ok            ok          404       ok        ok        404         | root root-token
404          404           ok          404       404       404       404         | elsewhere-token
403          403           403         403       403       403       403         | search-token unsettled
";

/// Asking whether a name is taken, for who is about to use it.
pub(super) const TAKEN: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
401          401           401         401       401       401       401         | anonymous
404          ok            ok          404       404       404       404         | stranger
ok           ok            ok          404       ok        404       404         | searcher downloader uploader manager program deployer
ok           ok            ok          404       ok        404       404         | search-token upload-token root-team-token
404          ok            ok          404       404       ok        404         | owner
ok           ok            ok          404       ok        ok        404         | root root-token
404          404           ok          404       404       404       404         | elsewhere-token
403          403           403         403       403       403       403         | unsettled
";

/// Having packages in lists.
pub(super) const LISTED: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
no           no            yes         no        no        no        no          | anonymous elsewhere-token
no           yes           yes         no        no        no        no          | stranger
yes          yes           yes         no        yes       no        no          | searcher downloader uploader manager program deployer
yes          yes           yes         no        yes       no        no          | search-token upload-token root-team-token
no           yes           yes         no        no        yes       no          | owner
yes          yes           yes         no        yes       yes       no          | root root-token
403          403           403         403       403       403       403         | unsettled
";

/// Opening the pages of packages. Who is not signed in is led to where that is done.
pub(super) const PAGES: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
303          303           ok          303       303       303       303         | anonymous
404          ok            ok          404       404       404       404         | stranger
ok           ok            ok          404       ok        404       404         | searcher downloader uploader manager program deployer
ok           ok            ok          404       ok        404       404         | search-token upload-token root-team-token
404          ok            ok          404       404       ok        404         | owner
ok           ok            ok          404       ok        ok        404         | root root-token
404          404           ok          404       404       404       404         | elsewhere-token
403          403           403         403       403       403       403         | unsettled
";

/// Adding to packages, scoring them, moving what is not protected.
pub(super) const WRITE: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
401          401           401         401       401       401       401         | anonymous
404          403           403         404       404       404       404         | stranger
403          403           403         404       403       404       404         | searcher downloader search-token
ok           ok            ok          404       ok        404       404         | uploader manager program deployer upload-token
ok           ok            ok          404       ok        404       404         | root-team-token
404          403           403         404       404       ok        404         | owner
ok           ok            ok          404       ok        ok        404         | root root-token
404          404           403         404       404       404       404         | elsewhere-token
403          403           403         403       403       403       403         | unsettled
";

/// Deleting and renaming packages, saying who sees them, moving what is protected.
pub(super) const MANAGE: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
401          401           401         401       401       401       401         | anonymous
404          403           403         404       404       404       404         | stranger
403          403           403         404       403       404       404         | searcher downloader uploader program
403          403           403         404       403       404       404         | search-token upload-token
ok           ok            ok          404       ok        404       404         | manager deployer root-team-token
404          403           403         404       404       ok        404         | owner
ok           ok            ok          404       ok        ok        404         | root root-token
404          404           403         404       404       404       404         | elsewhere-token
403          403           403         403       403       403       403         | unsettled
";

/// Bringing deleted packages back.
pub(super) const UNDELETE: &str = "
team/private team/internal team/public team/gone team/data owner/own team/absent
401          401           401         401       401       401       401         | anonymous
404          404           404         404       404       404       404         | stranger searcher downloader uploader owner program
404          404           404         404       404       404       404         | search-token upload-token elsewhere-token
404          404           404         ok        404       404       404         | manager deployer root root-token root-team-token
403          403           403         403       403       403       403         | unsettled
";

/// Looking at namespaces.
pub(super) const NAMESPACE: &str = "
team owner others nobody
401  401   401    401    | anonymous
404  404   404    404    | stranger elsewhere-token
ok   404   404    404    | searcher downloader uploader manager program deployer search-token upload-token root-team-token
404  ok    404    404    | owner
ok   ok    ok     404    | root root-token
403  403   403    403    | unsettled
";

/// Opening the pages of namespaces' members.
pub(super) const NAMESPACE_PAGES: &str = "
team owner others nobody
303  303   303    303    | anonymous
404  404   404    404    | stranger elsewhere-token
ok   404   404    404    | searcher downloader uploader manager program deployer search-token upload-token root-team-token
404  ok    404    404    | owner
ok   ok    ok     404    | root root-token
403  403   403    403    | unsettled
";

/// Having what was deleted in lists: of who may bring it back.
pub(super) const DELETED: &str = "
team owner others nobody
401  401   401    401    | anonymous
no   no    no     no     | stranger searcher downloader uploader owner program search-token upload-token elsewhere-token
yes  no    no     no     | manager deployer root root-token root-team-token
403  403   403    403    | unsettled
";

/// Changing the members of namespaces, their programs, and the former names in them.
pub(super) const MEMBERS: &str = "
team owner others nobody
401  401   401    401    | anonymous
404  404   404    404    | stranger elsewhere-token
403  404   404    404    | searcher downloader uploader
ok   404   404    404    | manager deployer root-team-token
404  ok    404    404    | owner
ok   ok    ok     404    | root root-token
403  403   403    403    | program search-token upload-token unsettled
";

/// Saying how much namespaces may store.
pub(super) const QUOTA: &str = "
team owner others nobody
401  401   401    401    | anonymous
403  403   403    403    | stranger searcher downloader uploader manager owner unsettled
403  403   403    403    | program deployer search-token upload-token elsewhere-token root-team-token
ok   ok    ok     404    | root root-token
";

/// Beginning uploads.
pub(super) const BEGIN: &str = "
team owner others nobody
401  401   401    401    | anonymous
403  403   403    403    | stranger searcher downloader search-token elsewhere-token unsettled
ok   403   403    403    | uploader manager program deployer upload-token root-team-token
403  ok    403    403    | owner
ok   ok    ok     ok     | root root-token
";

/// Going on with uploads: those of the uploader and of the manager to the organisation.
pub(super) const UPLOAD: &str = "
upload-of-uploader upload-of-manager no-upload
401                401               401       | anonymous
404                404               404       | stranger searcher downloader owner root program deployer elsewhere-token
404                404               404       | root-token root-team-token
ok                 404               404       | uploader
404                ok                404       | manager upload-token
403                403               403       | search-token unsettled
";

/// Listing the own uploads.
pub(super) const OPEN_UPLOADS: &str = "
self
401 | anonymous
403 | search-token unsettled
ok  | stranger searcher downloader uploader manager owner root
ok  | program deployer upload-token elsewhere-token root-token root-team-token
";

/// Administering the registry.
pub(super) const REGISTRY: &str = "
registry
401 | anonymous
403 | stranger searcher downloader uploader manager owner unsettled
403 | program deployer search-token upload-token elsewhere-token root-team-token
ok  | root root-token
";

/// Opening the pages of administrators.
pub(super) const REGISTRY_PAGES: &str = "
registry
303 | anonymous
403 | stranger searcher downloader uploader manager owner unsettled
403 | program deployer search-token upload-token elsewhere-token root-team-token
ok  | root root-token
";

/// Administering accounts.
pub(super) const ACCOUNT: &str = "
victim nobody
401    401    | anonymous
403    403    | stranger searcher downloader uploader manager owner unsettled
403    403    | program deployer search-token upload-token elsewhere-token root-team-token
ok     404    | root root-token
";

/// Managing the tokens of others: of a program of the organisation, of a person.
pub(super) const TOKENS_OF_OTHERS: &str = "
builder victim nobody
401     401    401    | anonymous
403     403    403    | stranger searcher downloader uploader owner unsettled
ok      403    403    | manager
ok      ok     404    | root
403     403    403    | program deployer search-token upload-token elsewhere-token root-token root-team-token
";

/// Managing the own tokens.
pub(super) const OWN_TOKENS: &str = "
self
401 | anonymous
403 | unsettled program deployer search-token upload-token elsewhere-token root-token root-team-token
ok  | stranger searcher downloader uploader manager owner root
";

/// Revoking a token: one of the manager.
pub(super) const REVOKE: &str = "
token-of-manager no-token
401              401      | anonymous
403              403      | unsettled program deployer search-token upload-token elsewhere-token root-token root-team-token
404              404      | stranger searcher downloader uploader owner root
ok               404      | manager
";

/// Changing the own password.
pub(super) const PASSWORD: &str = "
self
401 | anonymous
403 | program deployer search-token upload-token elsewhere-token root-token root-team-token
ok  | stranger searcher downloader uploader manager owner root unsettled
";

/// Learning who one is.
pub(super) const IDENTITY: &str = "
self
401 | anonymous
ok  | stranger searcher downloader uploader manager owner root unsettled
ok  | program deployer search-token upload-token elsewhere-token root-token root-team-token
";

/// What takes an account, and no right.
pub(super) const SETTLED: &str = "
self
401 | anonymous
403 | unsettled
ok  | stranger searcher downloader uploader manager owner root
ok  | program deployer search-token upload-token elsewhere-token root-token root-team-token
";

/// Searching: what is found differs, see [`LISTED`].
pub(super) const SEARCH: &str = "
self
403 | unsettled
ok  | anonymous stranger searcher downloader uploader manager owner root
ok  | program deployer search-token upload-token elsewhere-token root-token root-team-token
";

/// What everybody may.
pub(super) const OPEN: &str = "
self
ok  | anonymous stranger searcher downloader uploader manager owner root unsettled
ok  | program deployer search-token upload-token elsewhere-token root-token root-team-token
";

/// A table.
#[derive(Debug)]
pub(super) struct Answers {
    objects: Vec<&'static str>,
    /// The answers by role, in the order of the objects.
    lines: BTreeMap<&'static str, Vec<&'static str>>,
}

impl Answers {
    /// Reads a table; panics when a line is too short or too long, or a role comes twice.
    pub(super) fn parse(text: &'static str) -> Self {
        let mut rest = text.trim().lines();
        let objects: Vec<_> = rest.next().unwrap().split_whitespace().collect();
        let mut lines = BTreeMap::new();
        for line in rest {
            let (answers, roles) = line.split_once('|').unwrap();
            let answers: Vec<_> = answers.split_whitespace().collect();
            assert_eq!(answers.len(), objects.len(), "{line}");
            for role in roles.split_whitespace() {
                assert!(lines.insert(role, answers.clone()).is_none(), "{role} comes twice in {text}");
            }
        }
        Self { objects, lines }
    }

    /// The roles that have a line.
    pub(super) fn roles(&self) -> BTreeSet<&'static str> {
        self.lines.keys().copied().collect()
    }

    /// The objects that have a column.
    pub(super) fn objects(&self) -> impl Iterator<Item = &'static str> {
        self.objects.iter().copied()
    }

    /// The answer to a role that asks for an object.
    pub(super) fn of(&self, role: &str, object: &str) -> &'static str {
        let column = self.objects.iter().position(|known| *known == object).unwrap();
        self.lines[role][column]
    }
}
