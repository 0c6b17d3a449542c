-- What of the settings was changed, and by whom: the part before and after, as JSON. Readings of texts have neither.
ALTER TABLE audit_log ADD COLUMN organiser_id BLOB;
ALTER TABLE audit_log ADD COLUMN was TEXT;
ALTER TABLE audit_log ADD COLUMN became TEXT;
UPDATE audit_log
SET organiser_id = (SELECT organiser_id FROM principals WHERE principals.id = audit_log.principal_id);

-- Grants and tokens that reach texts, contact details or settings hold once a second person has confirmed them.
ALTER TABLE grants ADD COLUMN asked_by BLOB REFERENCES principals (id);
ALTER TABLE grants ADD COLUMN confirmed_at INTEGER;
UPDATE grants SET confirmed_at = created_at;
ALTER TABLE tokens ADD COLUMN asked_by BLOB REFERENCES principals (id);
ALTER TABLE tokens ADD COLUMN confirmed_at INTEGER;
UPDATE tokens SET confirmed_at = created_at;
