-- Keys that requests came under which make something, for a day: who repeats one gets the answer of the first.
CREATE TABLE idempotency_keys (
    key_hash     BLOB PRIMARY KEY,   -- SHA-256 of the user and the key
    request_hash BLOB NOT NULL,      -- SHA-256 of the method, the address and the body
    claim        BLOB NOT NULL,      -- the request that has the key now
    claimed_at   TEXT NOT NULL,
    took_effect  INTEGER NOT NULL DEFAULT FALSE, -- set by the change itself
    answer       BLOB                -- sealed with the key, which is not here; NULL while there is none
) STRICT;
CREATE INDEX idempotency_keys_claimed ON idempotency_keys (claimed_at);
