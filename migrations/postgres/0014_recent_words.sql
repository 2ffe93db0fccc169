-- The words of the packages that were changed last stand in a small table, too. An index tells what has two words by going through the
-- list of one of them: most pages are filled from lists that are short.
CREATE TABLE package_words_recent (
    package_id UUID        PRIMARY KEY REFERENCES packages (id),
    updated_at TIMESTAMPTZ NOT NULL, -- of the package
    words      TSVECTOR    NOT NULL
);
ALTER TABLE package_words_recent ALTER COLUMN words SET STORAGE MAIN;

-- Since when all packages that were changed are in it: one row.
CREATE TABLE package_words_recent_since (
    since TIMESTAMPTZ NOT NULL
);

INSERT INTO package_words_recent_since (since) VALUES (coalesce(
    (SELECT updated_at FROM packages ORDER BY updated_at DESC, id DESC LIMIT 1 OFFSET 32767),
    '-infinity'
));
INSERT INTO package_words_recent (package_id, updated_at, words)
SELECT package_words.package_id, package_words.updated_at, package_words.words
FROM packages JOIN package_words ON package_words.package_id = packages.id
WHERE packages.updated_at >= (SELECT since FROM package_words_recent_since);
CREATE INDEX package_words_recent_by_word ON package_words_recent USING gin (updated_at, words) WITH (fastupdate = off);
