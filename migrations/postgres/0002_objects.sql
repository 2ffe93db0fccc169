-- Objects of the bucket that are to become blobs. A row is there before its object, and until the object is a blob or is gone.
CREATE TABLE upload_objects (
    key        text PRIMARY KEY,     -- below the configured prefix
    upload_id  uuid NOT NULL,        -- an upload's, or one of its own for a file that is imported: hence no reference
    sha256     bytea NOT NULL,
    multipart  text,                 -- the bucket's name for the multipart upload, as soon as it is known
    state      text NOT NULL CHECK (state IN ('intended', 'receiving', 'assembling', 'abandoned')),
    created_at timestamptz NOT NULL,
    CHECK (state IN ('intended', 'abandoned') OR multipart IS NOT NULL)
);
-- one object at a time takes the parts of a blob
CREATE UNIQUE INDEX upload_objects_of_blob ON upload_objects (upload_id, sha256) WHERE state IN ('receiving', 'assembling');
CREATE INDEX upload_objects_of_upload ON upload_objects (upload_id, state);
CREATE INDEX upload_objects_to_remove ON upload_objects (state, key);
