-- What packages are found by besides their names and descriptions: cards, facts, size, verdict.

ALTER TABLE packages ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0; -- of the head of main
ALTER TABLE packages ADD COLUMN verdict TEXT;                    -- of the newest report on the head of main
-- the form in which the package is in package_words; older ones are indexed anew after the start
ALTER TABLE packages ADD COLUMN index_form INTEGER NOT NULL DEFAULT 0;
CREATE INDEX packages_by_index_form ON packages (index_form, id);

-- The card of the head of main, as far as expressions are compared with it.
CREATE TABLE package_cards (
    package_id UUID PRIMARY KEY REFERENCES packages (id),
    text       TEXT NOT NULL
);

-- Whether a package has a word is found out from the words themselves, too, in the order of a list: rows that are short are read fast.
ALTER TABLE package_words ALTER COLUMN words SET STORAGE MAIN;
