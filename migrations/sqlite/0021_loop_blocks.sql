-- The loop figures of months that are closed, for readers who do not see the cases: counted once, so that no later answer shows.
CREATE TABLE loop_months (
    month TEXT PRIMARY KEY NOT NULL
);
CREATE TABLE loop_blocks (
    unit_id     BLOB NOT NULL REFERENCES units (id),
    month       TEXT NOT NULL,
    producer_id BLOB NOT NULL REFERENCES producers (id),
    channel     TEXT NOT NULL,
    tally       TEXT NOT NULL,
    PRIMARY KEY (unit_id, month, producer_id, channel)
);
