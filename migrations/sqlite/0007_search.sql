-- What packages are found by besides their names and descriptions: cards, facts, size, verdict.

ALTER TABLE packages ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0; -- of the head of main
ALTER TABLE packages ADD COLUMN verdict TEXT;                     -- of the newest report on the head of main
-- the form in which the package is in package_words; older ones are indexed anew after the start
ALTER TABLE packages ADD COLUMN index_form INTEGER NOT NULL DEFAULT 0;
CREATE INDEX packages_by_index_form ON packages (index_form, id);

-- The card of the head of main, as far as expressions are compared with it.
CREATE TABLE package_cards (
    package_id BLOB PRIMARY KEY REFERENCES packages (id),
    text       TEXT NOT NULL
) STRICT;

-- A virtual table cannot be altered. Until a package is indexed anew it is found by what it was found by before.
ALTER TABLE package_words RENAME TO package_words_before;
CREATE VIRTUAL TABLE package_words USING fts5 (
    package_id UNINDEXED, name, description, card, facts, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
INSERT INTO package_words (rowid, package_id, name, description, card, facts)
SELECT rowid, package_id, name, description, '', '' FROM package_words_before;
DROP TABLE package_words_before;
