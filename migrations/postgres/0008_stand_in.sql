-- Who may act beside the handler: the substitute of one who is away, or to whom a broken deadline was taken.
ALTER TABLE cases ADD COLUMN stand_in_id UUID REFERENCES principals (id);
CREATE INDEX cases_stand_in ON cases (stand_in_id) WHERE stand_in_id IS NOT NULL;
