//! The rows that read packages.

use super::{
    Group, Part,
    answers::{FETCH, FIND, LISTED, PAGES, SEARCH, TAKEN},
    row::{Done, Row, row},
};

pub(super) const GROUPS: &[Group] = &[
    Group::new(Part::Read, FIND, FIND_BY_REST),
    Group::new(Part::Read, FETCH, FETCH_BY_REST),
    Group::new(Part::ReadByFunctions, FIND, FIND_BY_FUNCTIONS),
    Group::new(Part::ReadByFunctions, FETCH, FETCH_BY_FUNCTIONS),
    Group::new(Part::ReadByFunctions, TAKEN, TAKEN_BY_FUNCTIONS),
    Group::new(Part::Find, SEARCH, SEARCHES),
    Group::new(Part::Find, LISTED, LISTS),
    Group::new(Part::Find, PAGES, OVERVIEWS),
];

const FIND_BY_REST: &[Row] = &[
    row("GET /{kind}/{namespace}/{name}", ""),
    row("GET /{kind}/{namespace}/{name}/refs", ""),
    row("GET /{kind}/{namespace}/{name}/revisions", ""),
    row("GET /{kind}/{namespace}/{name}/revisions/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/tree/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/card/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/report/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/components/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/cost/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/lineage", ""),
    row("GET /{kind}/{namespace}/{name}/jobs", ""),
    row("GET /{kind}/{namespace}/{name}/branches", ""),
    row("GET /{kind}/{namespace}/{name}/branches/{ref}", "").at("ref=main"),
    row("GET /{kind}/{namespace}/{name}/tags", ""),
    row("GET /{kind}/{namespace}/{name}/tags/{ref}", "").at("ref=1.0.0"),
    row("GET /{kind}/{namespace}/{name}/aliases", ""),
    row("GET /{kind}/{namespace}/{name}/aliases/{ref}", "").at("ref=canary"),
    row("GET /{kind}/{namespace}/{name}/aliases/{ref}/protection", "").at("ref=production"),
    row("GET /{kind}/{namespace}/{name}/aliases/{ref}/history", "").at("ref=canary"),
    row("GET /{kind}/{namespace}/{name}/aliases/{ref}/at", "?moment=2026-03-01").at("ref=canary"),
    row("GET /{kind}/{namespace}/{name}/compare", "?base=main&head={first}"),
    row("GET /jobs/{job}", ""),
];

const FETCH_BY_REST: &[Row] = &[
    row("GET /{kind}/{namespace}/{name}/resolve/{revision}/{path}", "").at("path=config.json"),
    row("GET /{kind}/{namespace}/{name}/archive/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/archive/{revision}", "?component=configuration"),
    row("GET /{kind}/{namespace}/{name}/addresses/{revision}", ""),
    row("GET /{kind}/{namespace}/{name}/compare/file", "?base=main&head={first}&path=README.md"),
];

const FIND_BY_FUNCTIONS: &[Row] = &[
    row("rpc package", "?{package}"),
    row("rpc card", "?{package}"),
    row("rpc tree", "?{package}"),
    row("rpc history", "?{package}"),
    row("rpc scores", "?{package}"),
    row("rpc brief", "?{package}"),
    row("rpc jobs", "?{package}"),
    row("rpc refs", "?{package}&ref_kind=tag"),
    row("rpc aliases", "?{package}"),
    row("rpc alias_history", "?{package}&alias=canary"),
    row("rpc alias_at", "?{package}&alias=canary&moment=2026-03-01"),
    row("rpc compare", "?{package}&base=main&head={first}"),
    row("rpc components", "?{package}"),
    row("rpc lineage", "?{package}"),
    row("rpc cost", "?{package}"),
    row("rpc job", "?id={job}"),
];

const FETCH_BY_FUNCTIONS: &[Row] = &[row("rpc compare_file", "?{package}&base=main&head={first}&path=README.md")];

const TAKEN_BY_FUNCTIONS: &[Row] = &[row("rpc existing_package", "?{package}").done(Done::Something)];

const SEARCHES: &[Row] = &[
    row("GET /packages", "?q=private"),
    row("GET /packages/facets", ""),
    row("rpc search_packages", "?params[q]=private"),
    row("rpc facet_counts", "?params[q]=private"),
];

const LISTS: &[Row] = &[
    row("GET /packages", "?namespace={namespace}").done(Done::Listed),
    row("GET /packages", "?q={name}").done(Done::Listed),
    row("GET /packages", "?sort=newest").done(Done::Listed),
    row("GET /packages", "?regex={name}").done(Done::Listed),
    row("rpc search_packages", "?params[namespace]={namespace}").done(Done::Listed),
    row("rpc search_packages", "?params[q]={name}").done(Done::Listed),
    row("rpc search_packages", "?params[sort]=score").done(Done::Listed),
    row("rpc search_packages", "?params[sort]=downloads").done(Done::Listed),
];

const OVERVIEWS: &[Row] = &[row("page {page}", "")];
