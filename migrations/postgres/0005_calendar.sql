-- Closures at any node, and the secret addresses of calendar feeds.

-- A day on which a node is closed. `source` says whether it was entered or came from a calendar file: the next file of the
-- node replaces the days of the one before and leaves the entered ones.
ALTER TABLE closures RENAME TO closures_of_organisers;
CREATE TABLE closures (
    node_kind TEXT NOT NULL,
    node_id   UUID NOT NULL,
    day       TEXT NOT NULL,
    source    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    PRIMARY KEY (node_kind, node_id, day, source)
);
INSERT INTO closures (node_kind, node_id, day, source, reason)
    SELECT 'organiser', organiser_id, day, 'entered', reason FROM closures_of_organisers;
DROP TABLE closures_of_organisers;

-- Whose deadlines are read at a secret address; only the secret's hash is kept.
CREATE TABLE calendar_feeds (
    principal_id UUID PRIMARY KEY NOT NULL REFERENCES principals (id),
    secret_hash  BYTEA NOT NULL UNIQUE,
    made_on      TEXT NOT NULL
);
