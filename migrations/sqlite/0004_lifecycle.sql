-- What happens to packages after they were uploaded: names that move, deletion, renaming, and what their cards say.

-- A deleted package is kept until it is purged, and so is its name. Once the purge has begun there is no way back.
ALTER TABLE packages ADD COLUMN deleted_at TEXT;
ALTER TABLE packages ADD COLUMN deleted_by TEXT;
ALTER TABLE packages ADD COLUMN purge_at TEXT;
ALTER TABLE packages ADD COLUMN is_purging INTEGER NOT NULL DEFAULT FALSE;
CREATE INDEX packages_to_purge ON packages (purge_at) WHERE deleted_at IS NOT NULL;

-- What the card of the head of main says.
ALTER TABLE packages ADD COLUMN license TEXT;
ALTER TABLE packages ADD COLUMN task TEXT;
ALTER TABLE packages ADD COLUMN library TEXT;
CREATE INDEX packages_of_license ON packages (license, updated_at DESC, id DESC) WHERE license IS NOT NULL;
CREATE INDEX packages_of_task ON packages (task, updated_at DESC, id DESC) WHERE task IS NOT NULL;
CREATE INDEX packages_of_library ON packages (library, updated_at DESC, id DESC) WHERE library IS NOT NULL;
CREATE TABLE package_topics (
    package_id BLOB NOT NULL REFERENCES packages (id),
    topic      TEXT NOT NULL,
    PRIMARY KEY (package_id, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_topics_by_topic ON package_topics (topic, package_id);

-- Every move of an alias. Moments are whole seconds, and never go back within one alias.
CREATE TABLE alias_moves (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    package_id BLOB NOT NULL REFERENCES packages (id),
    alias      TEXT NOT NULL,
    from_seq   INTEGER REFERENCES revisions (seq), -- none: the alias was made
    to_seq     INTEGER REFERENCES revisions (seq), -- none: the alias was removed
    moved_by   TEXT NOT NULL,
    moved_at   TEXT NOT NULL,
    reason     TEXT NOT NULL
) STRICT;
CREATE INDEX alias_moves_of_alias ON alias_moves (package_id, alias, seq DESC);
CREATE INDEX alias_moves_by_moment ON alias_moves (package_id, alias, moved_at DESC, seq DESC);
CREATE INDEX alias_moves_from ON alias_moves (from_seq);
CREATE INDEX alias_moves_to ON alias_moves (to_seq);

-- Where it was said whether an alias is protected; elsewhere its name decides.
CREATE TABLE alias_protections (
    package_id   BLOB NOT NULL REFERENCES packages (id),
    alias        TEXT NOT NULL,
    is_protected INTEGER NOT NULL,
    PRIMARY KEY (package_id, alias)
) STRICT, WITHOUT ROWID;

-- Names that packages had. They lead to the package itself, so that there are no chains.
CREATE TABLE package_redirects (
    kind         TEXT NOT NULL,
    namespace_id BLOB NOT NULL REFERENCES namespaces (id),
    name_key     TEXT NOT NULL,
    package_id   BLOB NOT NULL REFERENCES packages (id),
    PRIMARY KEY (kind, namespace_id, name_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_redirects_of_package ON package_redirects (package_id);

-- What refs of a kind are sorted by before their names: main first of the branches, the highest version first of the tags. The keys
-- of tags are made by the registry, at its start for those that have none yet.
ALTER TABLE refs ADD COLUMN order_key BLOB NOT NULL DEFAULT x'';
UPDATE refs SET order_key = CASE name WHEN 'main' THEN x'00' ELSE x'01' END WHERE kind = 'branch';
CREATE INDEX refs_in_order ON refs (package_id, kind, order_key, name);
CREATE INDEX refs_without_order ON refs (package_id, name) WHERE kind = 'tag' AND length(order_key) = 0;
DROP INDEX refs_newest;

-- Where the branch must still point when the revision of an upload is committed: nothing (it does not matter), 'none', 'some', or the
-- digits of a revision.
ALTER TABLE uploads ADD COLUMN parent TEXT NOT NULL DEFAULT '';
