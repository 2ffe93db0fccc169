//! The rows that change packages. What a success takes away is put back after it.

use super::{
    Group, Part,
    answers::{MANAGE, MEMBERS, UNDELETE, WRITE},
    row::{Done, Row, row},
};

pub(super) const GROUPS: &[Group] = &[
    Group::new(Part::Write, WRITE, WRITES_BY_REST),
    Group::new(Part::Write, WRITE, WRITES_BY_FUNCTIONS),
    Group::new(Part::Manage, MANAGE, MANAGED_BY_REST),
    Group::new(Part::Manage, MANAGE, MANAGED_BY_FUNCTIONS),
    Group::new(Part::Manage, UNDELETE, UNDELETED),
    Group::new(Part::Manage, MEMBERS, RELEASED),
];

const MAIN: &str = r#"{"revision":"main"}"#;
const EDGE: &str = r#"{"relation":"derived_from","target":"elsewhere/{fresh}"}"#;

const WRITES_BY_REST: &[Row] = &[
    row("PUT /{kind}/{namespace}/{name}/branches/{ref}", MAIN).at("ref=next"),
    row("DELETE /{kind}/{namespace}/{name}/branches/{ref}", "").at("ref=spare").undone_by(SPARE_BRANCH),
    row("PUT /{kind}/{namespace}/{name}/tags/{ref}", MAIN).at("ref=2.0.0"),
    row("PUT /{kind}/{namespace}/{name}/aliases/{ref}", MAIN).at("ref=staging"),
    row("POST /{kind}/{namespace}/{name}/aliases/{ref}/rollback", "").at("ref=canary"),
    row("DELETE /{kind}/{namespace}/{name}/aliases/{ref}", "").at("ref=retired").undone_by(RETIRED),
    row("POST /{kind}/{namespace}/{name}/lineage", EDGE),
    row("DELETE /{kind}/{namespace}/{name}/lineage", "?relation=derived_from&target=elsewhere/spare").undone_by(SPARE_EDGE),
    row("POST /{kind}/{namespace}/{name}/jobs", MAIN),
    // it is finished
    row("DELETE /jobs/{job}", "").done(Done::Status(409)),
];

const WRITES_BY_FUNCTIONS: &[Row] = &[
    row("rpc create_branch", "{package}&branch=next"),
    row("rpc delete_branch", "{package}&branch=spare").undone_by(SPARE_BRANCH),
    row("rpc create_tag", "{package}&version=2.0.0"),
    row("rpc move_alias", "{package}&alias=staging"),
    row("rpc roll_alias_back", "{package}&alias=canary"),
    row("rpc remove_alias", "{package}&alias=retired").undone_by(RETIRED),
    row("rpc add_lineage", "{package}&relation=derived_from&target=elsewhere/{fresh}"),
    row("rpc remove_lineage", "{package}&relation=derived_from&target=elsewhere/spare").undone_by(SPARE_EDGE),
    row("rpc score_again", "{package}&at={first}"),
    row("rpc cancel_job", "id={job}").done(Done::Status(409)),
];

const MANAGED_BY_REST: &[Row] = &[
    row("PUT /{kind}/{namespace}/{name}/visibility", r#"{"visibility":"{visibility}"}"#),
    row("PUT /{kind}/{namespace}/{name}/aliases/{ref}/protection", r#"{"is_protected":true}"#).at("ref=frozen"),
    row("PUT /{kind}/{namespace}/{name}/aliases/{ref}", MAIN).at("ref=production"),
    row("POST /{kind}/{namespace}/{name}/aliases/{ref}/rollback", "").at("ref=production"),
    row("DELETE /{kind}/{namespace}/{name}/aliases/{ref}", "").at("ref=production").undone_by(PRODUCTION),
    row("POST /{kind}/{namespace}/{name}/rename", r#"{"namespace":"{namespace}","name":"{name}"}"#),
    row("DELETE /{kind}/{namespace}/{name}", "?confirm={namespace}/{name}").undone_by(DELETED),
];

const MANAGED_BY_FUNCTIONS: &[Row] = &[
    row("rpc set_visibility", "{package}&visibility={visibility}"),
    row("rpc protect_alias", "{package}&alias=frozen&protected=true"),
    row("rpc move_alias", "{package}&alias=production"),
    row("rpc roll_alias_back", "{package}&alias=production"),
    row("rpc remove_alias", "{package}&alias=production").undone_by(PRODUCTION),
    row("rpc rename_package", "{package}&new_namespace={namespace}&new_name={name}"),
    row("rpc delete_package", "{package}&confirmation={namespace}/{name}").undone_by(DELETED),
];

const UNDELETED: &[Row] = &[
    row("GET /{kind}/{namespace}/{name}/deleted", ""),
    row("POST /{kind}/{namespace}/{name}/undelete", "").undone_by(LIVE),
    row("rpc deleted_package", "?{package}").done(Done::Something),
    row("rpc undelete_package", "{package}").undone_by(LIVE),
];

/// The package of each namespace was called `former` once.
const RELEASED: &[Row] = &[
    row("DELETE /{kind}/{namespace}/{name}/redirect", "").at("kind=models name=former").undone_by(RENAMED),
    row("rpc release_name", "kind=model&namespace={namespace}&name=former").undone_by(RENAMED),
];

/// What all packages have, and what is made again.
pub(super) const PREPARED: &[(&str, &str)] = &[
    ("PUT /{kind}/{namespace}/{name}/branches/spare", MAIN),
    ("PUT /{kind}/{namespace}/{name}/aliases/retired", MAIN),
    ("PUT /{kind}/{namespace}/{name}/aliases/canary", r#"{"revision":"{first}"}"#),
    ("PUT /{kind}/{namespace}/{name}/aliases/canary", MAIN),
    PRODUCTION[0],
    PRODUCTION[1],
    ("POST /{kind}/{namespace}/{name}/lineage", r#"{"relation":"derived_from","target":"elsewhere/spare"}"#),
];

const SPARE_BRANCH: &[(&str, &str)] = &[("PUT /{kind}/{namespace}/{name}/branches/spare", MAIN)];
const RETIRED: &[(&str, &str)] = &[("PUT /{kind}/{namespace}/{name}/aliases/retired", MAIN)];
const PRODUCTION: &[(&str, &str)] = &[
    ("PUT /{kind}/{namespace}/{name}/aliases/production", r#"{"revision":"{first}"}"#),
    ("PUT /{kind}/{namespace}/{name}/aliases/production", MAIN),
];
const SPARE_EDGE: &[(&str, &str)] =
    &[("POST /{kind}/{namespace}/{name}/lineage", r#"{"relation":"derived_from","target":"elsewhere/spare"}"#)];
const DELETED: &[(&str, &str)] = &[("POST /{kind}/{namespace}/{name}/undelete", "")];
pub(super) const LIVE: &[(&str, &str)] = &[("DELETE /{kind}/{namespace}/{name}", "?confirm={namespace}/{name}")];
pub(super) const RENAMED: &[(&str, &str)] = &[
    ("POST /models/{namespace}/{model}/rename", r#"{"name":"former"}"#),
    ("POST /models/{namespace}/former/rename", r#"{"name":"{model}"}"#),
];
