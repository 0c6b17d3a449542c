-- The keys that were on the keyring of an instance, each with a fingerprint: a keyring that lacks one of them, or holds
-- another in its place, is refused at the start. Of a purpose the key with the highest activation writes; one without
-- only reads, until every instance reads it.
CREATE TABLE keyring_keys (
    id          TEXT PRIMARY KEY NOT NULL,
    purpose     TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    activation  INTEGER
);

-- The instances that serve: the ids of the keys that each reads, divided by spaces, and when it last said so by the clock
-- of the database.
CREATE TABLE instances (
    id   BLOB PRIMARY KEY NOT NULL,
    host TEXT NOT NULL,
    keys TEXT NOT NULL,
    seen INTEGER NOT NULL
);
