-- Keeping what is needed, and nothing else.

-- Since when nothing has needed a blob, as far as the collection of garbage has seen.
ALTER TABLE blobs ADD COLUMN unused_since TEXT;
CREATE INDEX blobs_unused ON blobs (unused_since, sha256) WHERE unused_since IS NOT NULL;
CREATE INDEX upload_files_by_blob ON upload_files (sha256);

-- Blobs that a command is bringing in, until a revision has them.
CREATE TABLE blob_holds (
    holder     BLOB NOT NULL, -- one run of a command
    sha256     BLOB NOT NULL,
    expires_at TEXT NOT NULL,
    PRIMARY KEY (holder, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_holds_of_blob ON blob_holds (sha256);
CREATE INDEX blob_holds_expire ON blob_holds (expires_at);

-- Chores that one server does for all, and when one began last.
CREATE TABLE chores (
    name     TEXT PRIMARY KEY,
    begun_at TEXT NOT NULL
) STRICT;

-- How often packages and revisions were downloaded, in shares: those who download at the same moment raise different ones.
CREATE TABLE package_downloads (
    package_id BLOB NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    share      INTEGER NOT NULL,
    downloads  INTEGER NOT NULL,
    is_summed  INTEGER NOT NULL, -- they are in packages.downloads
    PRIMARY KEY (package_id, share)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_downloads_to_sum ON package_downloads (package_id) WHERE NOT is_summed;
CREATE TABLE revision_downloads (
    revision_seq INTEGER NOT NULL REFERENCES revisions (seq) ON DELETE CASCADE,
    share        INTEGER NOT NULL,
    downloads    INTEGER NOT NULL,
    PRIMARY KEY (revision_seq, share)
) STRICT, WITHOUT ROWID;

-- The sums of the shares, brought up to date every minute: packages are sorted by them.
ALTER TABLE packages ADD COLUMN downloads INTEGER NOT NULL DEFAULT 0;
CREATE INDEX packages_downloaded ON packages (downloads DESC, id DESC);
CREATE INDEX packages_downloaded_of_kind ON packages (kind, downloads DESC, id DESC);
CREATE INDEX packages_downloaded_of_namespace ON packages (namespace_id, downloads DESC, id DESC);
CREATE INDEX packages_public_downloaded ON packages (downloads DESC, id DESC) WHERE visibility = 'public';
CREATE INDEX packages_public_downloaded_of_kind ON packages (kind, downloads DESC, id DESC) WHERE visibility = 'public';
CREATE INDEX packages_public_downloaded_of_namespace ON packages (namespace_id, downloads DESC, id DESC) WHERE visibility = 'public';

-- What namespaces store and may store: the contents that their revisions have, each once.
ALTER TABLE namespaces ADD COLUMN quota_bytes INTEGER;
ALTER TABLE namespaces ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE namespaces ADD COLUMN logical_bytes INTEGER NOT NULL DEFAULT 0;
CREATE TABLE namespace_blobs (
    namespace_id BLOB NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    sha256       BLOB NOT NULL,
    size         INTEGER NOT NULL,
    PRIMARY KEY (namespace_id, sha256)
) STRICT, WITHOUT ROWID;
INSERT INTO namespace_blobs (namespace_id, sha256, size)
SELECT DISTINCT packages.namespace_id, entries.sha256, entries.size
FROM entries JOIN revisions ON revisions.seq = entries.revision_seq JOIN packages ON packages.id = revisions.package_id
WHERE entries.is_file;
UPDATE namespaces SET
    stored_bytes = (SELECT coalesce(sum(size), 0) FROM namespace_blobs WHERE namespace_blobs.namespace_id = namespaces.id),
    logical_bytes = (SELECT coalesce(sum(revisions.bytes), 0) FROM packages JOIN revisions ON revisions.package_id = packages.id
                     WHERE packages.namespace_id = namespaces.id);

-- With which token it was done; it may be gone.
ALTER TABLE audit ADD COLUMN token_id BLOB;
CREATE INDEX audit_of_actor ON audit (actor, id DESC);
CREATE INDEX audit_of_action ON audit (action, id DESC);
