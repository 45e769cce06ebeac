//! People, their recovery codes, sessions and tokens. Hashes only.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0006_account", SQL)
}

const SQL: &str = "
CREATE TABLE house_user (
    id {ID},
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    totp_enabled BOOLEAN NOT NULL,
    totp_last_step BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX house_user_name_unique ON house_user (name);
CREATE TABLE recovery_code (
    user_id BIGINT NOT NULL REFERENCES house_user (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    PRIMARY KEY (user_id, hash)
);
CREATE TABLE session (
    id {ID},
    user_id BIGINT NOT NULL REFERENCES house_user (id) ON DELETE CASCADE,
    hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    address TEXT
);
CREATE UNIQUE INDEX session_hash_unique ON session (hash);
CREATE TABLE token (
    id {ID},
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    role TEXT NOT NULL,
    creator BIGINT REFERENCES house_user (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    uses BIGINT NOT NULL
);
CREATE UNIQUE INDEX token_hash_unique ON token (hash)
";
