-- What a board post tells was decided, in the words of decisions: change_made, change_planned, no_change, passed_on, thanks.
ALTER TABLE postings ADD COLUMN decision TEXT;
