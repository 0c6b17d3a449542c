-- A feedback's id no longer is the hash of its receipt code: random ids dirtied a page of an index for nearly every feedback.
-- Rows that exist keep their ids.
ALTER TABLE feedback ADD COLUMN receipt_hash UUID;
UPDATE feedback SET receipt_hash = id;
CREATE UNIQUE INDEX feedback_receipt ON feedback (receipt_hash);
ALTER TABLE card_stubs RENAME COLUMN id TO receipt_hash;

-- Without the id, which is random: rows of a unit are then added at the end of its part of the index.
DROP INDEX cases_received;
CREATE INDEX cases_received ON cases (unit_id, received_on);
