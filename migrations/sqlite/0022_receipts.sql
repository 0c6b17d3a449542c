-- A feedback's id no longer is the hash of its receipt code: random ids dirtied a page of an index for nearly every feedback.
-- Rows that exist keep their ids.
ALTER TABLE feedback ADD COLUMN receipt_hash BLOB;
UPDATE feedback SET receipt_hash = id;
ALTER TABLE card_stubs RENAME COLUMN id TO receipt_hash;

-- Finds a feedback by the hash of its code. Hashes are added a run at a time, each run sorted; src/store/receipts.rs says why.
-- The newest are in no run yet, and are kept in memory. The rows of feedback are what counts: this table is built from them.
CREATE TABLE receipts (
    run  INTEGER NOT NULL,
    hash BLOB NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (run, hash, seq)
) WITHOUT ROWID;
-- A run is named by the seq of its last feedback.
CREATE TABLE receipt_runs (
    run INTEGER PRIMARY KEY
);
INSERT INTO receipt_runs (run) SELECT run FROM (SELECT MAX(seq) AS run FROM feedback) WHERE run IS NOT NULL;
INSERT INTO receipts (run, hash, seq)
    SELECT run, receipt_hash, seq FROM feedback, receipt_runs ORDER BY receipt_hash;

-- Without the id, which is random: rows of a unit are then added at the end of its part of the index.
DROP INDEX cases_received;
CREATE INDEX cases_received ON cases (unit_id, received_on);
