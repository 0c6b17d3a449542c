-- The last rung that the reminders of the deadline `watched` have climbed, by its name; null for none. It was the number of
-- climbed rungs before, whose meaning changed with every rung that came between.
ALTER TABLE cases RENAME COLUMN rung TO rungs_climbed;
ALTER TABLE cases ADD COLUMN rung TEXT;
UPDATE cases SET rung = CASE rungs_climbed
    WHEN 1 THEN 'before_due'
    WHEN 2 THEN 'due'
    WHEN 3 THEN 'handler'
    WHEN 4 THEN 'substitute'
    WHEN 5 THEN 'responsible_person'
    WHEN 6 THEN 'producer_contact'
    WHEN 7 THEN 'organiser'
END
WHERE rungs_climbed > 0;
ALTER TABLE cases DROP COLUMN rungs_climbed;
