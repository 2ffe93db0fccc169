-- What packages are made from. An edge leads from a package to a name, which may be that of a package here, now or later.
CREATE TABLE lineage (
    package_id       UUID NOT NULL REFERENCES packages (id) ON DELETE CASCADE,
    relation         TEXT COLLATE "C" NOT NULL CHECK (relation IN (
        'derived_from', 'fine_tuned_from', 'adapter_of', 'quantized_from', 'merged_from', 'trained_on', 'uses_code')),
    target_kind      TEXT COLLATE "C" NOT NULL CHECK (target_kind IN ('model', 'dataset', 'code')),
    target_namespace TEXT COLLATE "C" NOT NULL, -- lower case; '' where nobody is named
    target_name      TEXT COLLATE "C" NOT NULL, -- lower case
    target           TEXT COLLATE "C" NOT NULL, -- as it was written
    in_files         BOOLEAN NOT NULL,          -- the files of the head of main say so
    by_hand          TEXT COLLATE "C" NOT NULL CHECK (by_hand IN ('untouched', 'added', 'removed')), -- what files cannot change
    PRIMARY KEY (package_id, relation, target_namespace, target_name),
    CHECK (in_files OR by_hand <> 'untouched')
);
CREATE INDEX lineage_of_target ON lineage (target_namespace, target_name, target_kind);
