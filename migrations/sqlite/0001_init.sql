-- The catalog on SQLite. Moments are RFC 3339 text in UTC, ids UUID blobs, digests blobs, booleans 0 or 1.

-- What the registry must remember about itself, such as the key that signs addresses.
CREATE TABLE settings (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE users (
    id            BLOB PRIMARY KEY,
    name          TEXT NOT NULL,
    name_key      TEXT NOT NULL UNIQUE, -- lower case: names are compared without case
    password_hash TEXT NOT NULL,        -- argon2id, PHC string
    is_admin      INTEGER NOT NULL,
    created_at    TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
    secret_hash BLOB PRIMARY KEY, -- SHA-256 of the cookie's value
    user_id     BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at  TEXT NOT NULL,
    expires_at  TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_expire ON sessions (expires_at);
CREATE INDEX sessions_of_user ON sessions (user_id);

CREATE TABLE tokens (
    id           BLOB PRIMARY KEY,
    user_id      BLOB NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name         TEXT NOT NULL,
    secret_hash  BLOB NOT NULL UNIQUE,
    permissions  TEXT NOT NULL, -- words, separated by spaces
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT
) STRICT;
CREATE INDEX tokens_of_user ON tokens (user_id, id);

-- A user's or an organisation's; a user's carries the user's name.
CREATE TABLE namespaces (
    id         BLOB PRIMARY KEY,
    name       TEXT NOT NULL,
    name_key   TEXT NOT NULL UNIQUE,
    owner_id   BLOB REFERENCES users (id),
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX namespaces_of_user ON namespaces (owner_id);

CREATE TABLE packages (
    id           BLOB PRIMARY KEY,
    kind         TEXT NOT NULL CHECK (kind IN ('model', 'dataset', 'code')),
    namespace_id BLOB NOT NULL REFERENCES namespaces (id),
    name         TEXT NOT NULL,
    name_key     TEXT NOT NULL,
    description  TEXT NOT NULL,
    version      TEXT, -- the newest one
    score        REAL NOT NULL DEFAULT -1, -- net score of the head of main; -1: none yet, so that the order is total
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    UNIQUE (kind, namespace_id, name_key)
) STRICT;
CREATE INDEX packages_newest ON packages (updated_at DESC, id DESC);
CREATE INDEX packages_newest_of_kind ON packages (kind, updated_at DESC, id DESC);
CREATE INDEX packages_newest_of_namespace ON packages (namespace_id, updated_at DESC, id DESC);
CREATE INDEX packages_best ON packages (score DESC, id DESC);
CREATE INDEX packages_best_of_kind ON packages (kind, score DESC, id DESC);
CREATE INDEX packages_best_of_namespace ON packages (namespace_id, score DESC, id DESC);

-- Words of names and descriptions, by prefix.
CREATE VIRTUAL TABLE package_words USING fts5 (
    package_id UNINDEXED, name, description, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);

-- The bytes of files that were verified, each content once.
CREATE TABLE blobs (
    sha256      BLOB PRIMARY KEY,
    size        INTEGER NOT NULL,
    git_id      BLOB NOT NULL, -- SHA-1 as git computes it
    storage     TEXT NOT NULL, -- how the bytes are kept: 'file'
    verified_at TEXT NOT NULL
) STRICT;

CREATE TABLE revisions (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    package_id BLOB NOT NULL REFERENCES packages (id),
    id         BLOB NOT NULL, -- 20 bytes, derived from the content
    parent     BLOB,
    manifest   BLOB NOT NULL, -- SHA-256 over paths, sizes and digests
    author_id  BLOB REFERENCES users (id),
    author     TEXT NOT NULL,
    message    TEXT NOT NULL,
    files      INTEGER NOT NULL,
    bytes      INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (package_id, id)
) STRICT;
CREATE INDEX revisions_of_package ON revisions (package_id, seq DESC);

-- Files and folders of revisions; folders carry the sum of what is below them.
CREATE TABLE entries (
    revision_seq INTEGER NOT NULL REFERENCES revisions (seq),
    path         TEXT NOT NULL,
    parent       TEXT NOT NULL,    -- '' at the top
    is_file      INTEGER NOT NULL, -- folders sort first
    size         INTEGER NOT NULL,
    sha256       BLOB REFERENCES blobs (sha256),
    PRIMARY KEY (revision_seq, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX entries_of_folder ON entries (revision_seq, parent, is_file, path);
CREATE INDEX entries_of_blob ON entries (sha256);

CREATE TABLE refs (
    package_id   BLOB NOT NULL REFERENCES packages (id),
    kind         TEXT NOT NULL CHECK (kind IN ('branch', 'tag', 'alias')),
    name         TEXT NOT NULL,
    revision_seq INTEGER NOT NULL REFERENCES revisions (seq),
    updated_at   TEXT NOT NULL,
    PRIMARY KEY (package_id, kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX refs_of_revision ON refs (revision_seq);
CREATE INDEX refs_newest ON refs (package_id, kind, revision_seq DESC);

CREATE TABLE uploads (
    id         BLOB PRIMARY KEY,
    user_id    BLOB REFERENCES users (id), -- none: the operator at the command line
    kind       TEXT NOT NULL,
    namespace  TEXT NOT NULL,
    name       TEXT NOT NULL,
    branch     TEXT NOT NULL,
    version    TEXT,
    message    TEXT NOT NULL,
    manifest   BLOB NOT NULL,
    target     BLOB NOT NULL, -- SHA-256 over user, package, branch, version and manifest: the same upload begun again
    state      TEXT NOT NULL CHECK (state IN ('open', 'committed', 'aborted')),
    revision   BLOB,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX uploads_open ON uploads (target) WHERE state = 'open';
CREATE INDEX uploads_of_user ON uploads (user_id, state, id DESC);
CREATE INDEX uploads_expire ON uploads (state, expires_at);

CREATE TABLE upload_files (
    upload_id BLOB NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    path      TEXT NOT NULL,
    size      INTEGER NOT NULL,
    sha256    BLOB NOT NULL,
    PRIMARY KEY (upload_id, path)
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_files_of_blob ON upload_files (upload_id, sha256);

-- Parts that have arrived whole.
CREATE TABLE upload_parts (
    upload_id BLOB NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
    sha256    BLOB NOT NULL,
    number    INTEGER NOT NULL,
    PRIMARY KEY (upload_id, sha256, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    id               BLOB PRIMARY KEY,
    package_id       BLOB NOT NULL REFERENCES packages (id),
    revision_seq     INTEGER NOT NULL REFERENCES revisions (seq),
    state            TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    attempt          INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL,
    lease            BLOB,  -- who runs it: a new id for every claim
    lease_until      TEXT,  -- after this moment the runner is taken for dead
    queued_at        TEXT NOT NULL,
    not_before       TEXT NOT NULL, -- a retry waits
    started_at       TEXT,
    finished_at      TEXT,
    error            TEXT,
    log_tail         TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_to_run ON jobs (state, not_before, id);
CREATE INDEX jobs_of_package ON jobs (package_id, id DESC);
CREATE INDEX jobs_of_revision ON jobs (revision_seq, id DESC);
-- one run at a time on a revision
CREATE UNIQUE INDEX jobs_unfinished ON jobs (revision_seq) WHERE state IN ('queued', 'running');

CREATE TABLE reports (
    job_id       BLOB PRIMARY KEY REFERENCES jobs (id),
    revision_seq INTEGER NOT NULL REFERENCES revisions (seq),
    net_score    REAL,
    body         TEXT NOT NULL, -- JSON: domain::report::Report
    created_at   TEXT NOT NULL
) STRICT;
CREATE INDEX reports_of_revision ON reports (revision_seq, job_id DESC);

CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    at         TEXT NOT NULL,
    actor      TEXT NOT NULL, -- a user's name, or 'operator' or 'scheduler'
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    address    TEXT,
    request_id TEXT
) STRICT;
CREATE INDEX audit_of_object ON audit (object, id DESC);
