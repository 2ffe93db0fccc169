-- Whether the bytes of a file came by this upload: they count for it then, whatever its sender may download.
ALTER TABLE upload_files ADD COLUMN is_sent BOOLEAN NOT NULL DEFAULT FALSE;
