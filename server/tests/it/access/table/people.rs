//! The rows on namespaces, accounts, tokens and uploads.

use super::{
    Group, Part,
    answers::{
        ACCOUNT, BEGIN, DELETED, IDENTITY, MEMBERS, NAMESPACE, NAMESPACE_PAGES, OPEN, OPEN_UPLOADS, OWN_TOKENS, PASSWORD, QUOTA,
        REGISTRY, REGISTRY_PAGES, REVOKE, SETTLED, TOKENS_OF_OTHERS, UPLOAD,
    },
    row::{Done, Row, row},
};

pub(super) const GROUPS: &[Group] = &[
    Group::new(Part::Namespaces, NAMESPACE, NAMESPACES),
    Group::new(Part::Namespaces, NAMESPACE_PAGES, ORGANISATIONS),
    Group::new(Part::Namespaces, DELETED, DELETIONS),
    Group::new(Part::Namespaces, MEMBERS, MEMBERSHIPS),
    Group::new(Part::Namespaces, QUOTA, QUOTAS),
    Group::new(Part::Namespaces, BEGIN, BEGUN),
    Group::new(Part::Namespaces, UPLOAD, GOING_ON),
    Group::new(Part::Namespaces, OPEN_UPLOADS, UPLOADS),
    Group::new(Part::Namespaces, SETTLED, CHOICES),
    Group::new(Part::Accounts, REGISTRY, ADMINISTRATION),
    Group::new(Part::Accounts, REGISTRY_PAGES, PAGES),
    Group::new(Part::Accounts, ACCOUNT, ACCOUNTS),
    Group::new(Part::Accounts, TOKENS_OF_OTHERS, TOKENS),
    Group::new(Part::Accounts, OWN_TOKENS, TOKENS_OF_ONES_OWN),
    Group::new(Part::Accounts, REVOKE, REVOKED),
    Group::new(Part::Accounts, PASSWORD, PASSWORDS),
    Group::new(Part::Accounts, IDENTITY, IDENTITIES),
    // the last: afterwards the sessions are over
    Group::new(Part::Accounts, OPEN, DOORS),
];

const NAMESPACES: &[Row] = &[
    row("GET /namespaces/{namespace}", ""),
    row("GET /namespaces/{namespace}/members", ""),
    row("GET /namespaces/{namespace}/members/{user}", "").at("user=victim"),
    row("GET /namespaces/{namespace}/storage", ""),
    row("rpc namespace", "?name={namespace}"),
    row("rpc members", "?namespace={namespace}"),
    row("rpc namespace_storage", "?namespace={namespace}").done(Done::Something),
];

const ORGANISATIONS: &[Row] = &[row("page /organisations/{namespace}", "")];

const DELETIONS: &[Row] = &[
    row("GET /namespaces/{namespace}/deleted", "").done(Done::Filled),
    row("rpc deleted_packages", "?namespace={namespace}").done(Done::Filled),
];

const VICTIM: &[(&str, &str)] = &[("PUT /namespaces/{namespace}/members/victim", r#"{"permission":"search"}"#)];

const MEMBERSHIPS: &[Row] = &[
    row("PUT /namespaces/{namespace}/members/{user}", r#"{"permission":"download"}"#).at("user=victim"),
    row("DELETE /namespaces/{namespace}/members/{user}", "").at("user=victim").undone_by(VICTIM),
    row("POST /namespaces/{namespace}/programs", r#"{"name":"{fresh}","permission":"search"}"#),
    row("rpc grant", "namespace={namespace}&user=victim&permission=download"),
    row("rpc remove_member", "namespace={namespace}&user=victim").undone_by(VICTIM),
    row("rpc create_program", "namespace={namespace}&program={fresh}&permission=search"),
];

const QUOTAS: &[Row] = &[
    row("PUT /namespaces/{namespace}/quota", r#"{"quota_bytes":1000000}"#),
    row("rpc set_quota", "namespace={namespace}&quota=1+GB"),
];

const BEGUN: &[Row] = &[
    row(
        "POST /uploads",
        r#"{"kind":"model","namespace":"{namespace}","name":"new","files":[{"path":"a.txt","size":14,"sha256":"{digest}"}]}"#,
    ),
    row("rpc begin_upload", r#"{"upload":{begin}}"#),
];

/// What gives an upload up comes last: then it can still be looked at, and given up again.
const GOING_ON: &[Row] = &[
    row("GET /uploads/{upload}", ""),
    row("POST /uploads/{upload}/parts", r#"{"sha256":"{digest}","numbers":[1]}"#),
    row("rpc part_addresses", r#"{"request":{"upload":"{upload}","sha256":"{digest}","numbers":[1]}}"#),
    // nothing was sent
    row("POST /uploads/{upload}/complete", "").done(Done::Status(409)),
    row("rpc complete_upload", "id={upload}").done(Done::Status(409)),
    row("DELETE /uploads/{upload}", ""),
    row("rpc abort_upload", "id={upload}"),
];

const UPLOADS: &[Row] = &[row("GET /uploads", ""), row("rpc open_uploads", "?")];

const CHOICES: &[Row] = &[row("rpc upload_options", "?")];

const ADMINISTRATION: &[Row] = &[
    row("GET /audit", ""),
    row("GET /storage", ""),
    row("GET /users", ""),
    row("POST /users", r#"{"name":"{fresh}"}"#),
    row("POST /organisations", r#"{"name":"{fresh}"}"#),
    row("GET /invitations", ""),
    row("POST /invitations", "{\"note\":\"\"}"),
    row("DELETE /invitations/{invitation}", "").at("invitation=0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11"),
    row("rpc audit", "?by=actor&value=root"),
    row("rpc users", "?"),
    row("rpc create_organisation", "name={fresh}"),
    row("rpc invitations", "?"),
    row("rpc invite", r#"{"invitation":{"note":"","admin":true,"days":1}}"#),
    row("rpc revoke_invitation", "id=0198c6f2-7d1c-7b5e-9c1a-3f6f0a4d2b11"),
];

const PAGES: &[Row] = &[row("page /admin/users", ""), row("page /admin/audit", "")];

const ENABLED: &[(&str, &str)] = &[("POST /users/{user}/enable", "")];

const ACCOUNTS: &[Row] = &[
    row("POST /users/{user}/disable", "").undone_by(ENABLED),
    row("POST /users/{user}/enable", ""),
    row("POST /users/{user}/password", ""),
    row("rpc disable_user", "name={user}").undone_by(ENABLED),
    row("rpc enable_user", "name={user}"),
    row("rpc reset_password", "name={user}"),
];

const TOKENS: &[Row] = &[
    row("GET /users/{user}/tokens", ""),
    row("POST /users/{user}/tokens", r#"{"name":"t","permissions":["search"],"days":1}"#),
    row("DELETE /users/{user}/tokens/{token}", ""),
    row("rpc program_tokens", "?program={user}"),
    row(
        "rpc create_program_token",
        r#"{"program":"{user}","token":{"name":"t","permissions":["search"],"days":1,"namespaces":[]}}"#,
    ),
    row("rpc revoke_program_token", "program={user}&id={token}"),
];

const TOKENS_OF_ONES_OWN: &[Row] = &[
    row("GET /tokens", ""),
    row("POST /tokens", r#"{"name":"t","permissions":["search"],"days":1}"#),
    row("rpc list_tokens", "?"),
    row("rpc create_token", r#"{"token":{"name":"t","permissions":["search"],"days":1,"namespaces":[]}}"#),
];

const REVOKED: &[Row] = &[row("DELETE /tokens/{token}", ""), row("rpc revoke_token", "id={token}")];

/// The new one is the old one: whoever may change it is told so.
const PASSWORDS: &[Row] = &[
    row("PUT /user/password", r#"{"old":"correct horse","new":"correct horse"}"#).done(Done::Status(422)),
    row("rpc change_password", "old=correct+horse&new=correct+horse").done(Done::Status(422)),
];

const IDENTITIES: &[Row] = &[row("GET /user", "")];

const DOORS: &[Row] = &[
    row("rpc current_user", "?"),
    row("rpc sign_in", "name=owner&password=correct+horse"),
    // nobody has the secret
    row("rpc accept_invitation", "invitation=x&name=eve&password=correct+horse").done(Done::Status(404)),
    row("rpc sign_out", ""),
];
