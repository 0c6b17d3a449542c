-- Nothing reads it: a repeated request is answered by its endpoint.
ALTER TABLE idempotency DROP COLUMN status;
