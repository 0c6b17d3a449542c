-- Jobs of one lane wait for somebody of their own outside: one target of webhooks that hangs holds up no other.
ALTER TABLE jobs ADD COLUMN lane BLOB;
