-- The index of words is read from the newest packages on: an index over both, for which moments must be indexed as words are.
-- The owner of a database may add this extension, which comes with PostgreSQL.
CREATE EXTENSION IF NOT EXISTS btree_gin;
ALTER TABLE package_words ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT 'epoch'; -- of the package
UPDATE package_words SET updated_at = packages.updated_at FROM packages WHERE packages.id = package_words.package_id;
ALTER TABLE package_words ALTER COLUMN updated_at DROP DEFAULT;
DROP INDEX package_words_by_word;
CREATE INDEX package_words_by_word ON package_words USING gin (updated_at, words);

-- All words that packages are or were found by: what the beginning of one may mean.
CREATE TABLE vocabulary (
    word TEXT COLLATE "C" PRIMARY KEY
);
