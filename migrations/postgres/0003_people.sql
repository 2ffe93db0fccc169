-- Who may do what: grants per namespace, visibility of packages, accounts that are invited, disabled, or of programs.

-- Rights on a namespace, each with those before it: search < download < upload < admin. A user's own namespace is granted like any other.
CREATE TABLE grants (
    namespace_id UUID NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    user_id      UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    permission   TEXT NOT NULL CHECK (permission IN ('search', 'download', 'upload', 'admin')),
    granted_at   TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (namespace_id, user_id)
);
CREATE INDEX grants_of_user ON grants (user_id, namespace_id);
INSERT INTO grants (namespace_id, user_id, permission, granted_at)
SELECT id, owner_id, 'admin', created_at FROM namespaces WHERE owner_id IS NOT NULL;

ALTER TABLE packages ADD COLUMN visibility TEXT NOT NULL DEFAULT 'internal' CHECK (visibility IN ('private', 'internal', 'public'));
-- for those who are not signed in: lists stay flat however many packages are not for them
CREATE INDEX packages_public_newest ON packages (updated_at DESC, id DESC) WHERE visibility = 'public';
CREATE INDEX packages_public_newest_of_kind ON packages (kind, updated_at DESC, id DESC) WHERE visibility = 'public';
CREATE INDEX packages_public_newest_of_namespace ON packages (namespace_id, updated_at DESC, id DESC) WHERE visibility = 'public';
CREATE INDEX packages_public_best ON packages (score DESC, id DESC) WHERE visibility = 'public';
CREATE INDEX packages_public_best_of_kind ON packages (kind, score DESC, id DESC) WHERE visibility = 'public';
CREATE INDEX packages_public_best_of_namespace ON packages (namespace_id, score DESC, id DESC) WHERE visibility = 'public';

-- Who has sent the bytes of a blob: whoever had them may refer to them without sending them again.
CREATE TABLE blob_senders (
    sha256  BYTEA NOT NULL REFERENCES blobs (sha256) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    PRIMARY KEY (sha256, user_id)
);
CREATE INDEX blob_senders_of_user ON blob_senders (user_id);

CREATE INDEX users_administrators ON users (id) WHERE is_admin;
ALTER TABLE users ADD COLUMN disabled_at TIMESTAMPTZ;
ALTER TABLE users ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT FALSE; -- it was given by somebody else

-- a program's account: it belongs to a namespace, and has tokens but no password
ALTER TABLE users ADD COLUMN program_of UUID REFERENCES namespaces (id);

-- Where a token works, when not everywhere that its user may do something.
ALTER TABLE tokens ADD COLUMN is_limited BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE token_namespaces (
    token_id     UUID NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
    namespace_id UUID NOT NULL REFERENCES namespaces (id) ON DELETE CASCADE,
    PRIMARY KEY (token_id, namespace_id)
);

-- Invitations that were not accepted yet; an accepted or revoked one is gone.
CREATE TABLE invitations (
    id          UUID PRIMARY KEY,
    secret_hash BYTEA NOT NULL UNIQUE,
    note        TEXT NOT NULL, -- whom it is for, in the words of who made it
    is_admin    BOOLEAN NOT NULL,
    invited_by  TEXT NOT NULL,
    created_at  TIMESTAMPTZ NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX invitations_expire ON invitations (expires_at);

-- Attempts to sign in that were not followed by success, by account and by address: shared by all servers.
CREATE TABLE sign_in_attempts (
    subject       TEXT COLLATE "C" PRIMARY KEY, -- 'account NAME' or 'address NETWORK'
    failures      INTEGER NOT NULL,
    last_at       TIMESTAMPTZ NOT NULL,
    blocked_until TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_attempts_last ON sign_in_attempts (last_at);
