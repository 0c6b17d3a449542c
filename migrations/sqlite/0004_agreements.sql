-- Agreements as narrow as one service, unit or channel, signed by both sides, and the flag of a formal complaint.

-- `state` is `proposed`, `accepted`, `declined` or `withdrawn`; only accepted ones count. A side is `producer` or
-- `organiser`, or `paper` for what an admin entered as signed by both.
ALTER TABLE agreements ADD COLUMN service_id BLOB REFERENCES services (id);
ALTER TABLE agreements ADD COLUMN unit_id BLOB REFERENCES units (id);
ALTER TABLE agreements ADD COLUMN channel TEXT;
ALTER TABLE agreements ADD COLUMN board_every_wd INTEGER;
ALTER TABLE agreements ADD COLUMN breach_id BLOB REFERENCES principals (id);
ALTER TABLE agreements ADD COLUMN replaces_id BLOB REFERENCES agreements (id);
ALTER TABLE agreements ADD COLUMN state TEXT NOT NULL DEFAULT 'accepted';
ALTER TABLE agreements ADD COLUMN proposed_side TEXT NOT NULL DEFAULT 'paper';
ALTER TABLE agreements ADD COLUMN proposed_by BLOB REFERENCES principals (id);
ALTER TABLE agreements ADD COLUMN proposed_on TEXT;
ALTER TABLE agreements ADD COLUMN answered_by BLOB REFERENCES principals (id);
ALTER TABLE agreements ADD COLUMN answered_on TEXT;
ALTER TABLE agreements ADD COLUMN answer_reason TEXT;

-- Whether it reads like a formal complaint, whatever its category.
ALTER TABLE cases ADD COLUMN complaint BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE cases SET complaint = TRUE WHERE category = 'complaint';
