-- The index of words is read in the order of its rows, so its rows are numbered by when packages were changed: the microseconds since
-- 1970, moved on by one where they are taken. Until a package is indexed anew it stays where it was.
CREATE TABLE package_words_places (
    place      INTEGER PRIMARY KEY, -- the row of package_words
    package_id BLOB NOT NULL UNIQUE REFERENCES packages (id)
) STRICT;
INSERT INTO package_words_places (place, package_id) SELECT rowid, id FROM packages;

-- All words that packages are or were found by: what the beginning of one may mean.
CREATE TABLE vocabulary (
    word TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
