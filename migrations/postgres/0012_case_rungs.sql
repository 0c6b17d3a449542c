-- Each deadline of a case has a ladder of reminders of its own: the last rung that was climbed, and the due day it was
-- climbed for. Before, a case held one ladder: a deadline that came up while an earlier one was broken had none.
CREATE TABLE case_rungs (
    case_id  UUID NOT NULL,
    deadline TEXT NOT NULL,
    due      TEXT NOT NULL,
    rung     TEXT NOT NULL,
    PRIMARY KEY (case_id, deadline)
);
INSERT INTO case_rungs (case_id, deadline, due, rung)
SELECT id, watched, CASE watched WHEN 'acknowledge' THEN acknowledge_by WHEN 'decide' THEN decide_by ELSE tell_by END, rung
FROM cases
WHERE watched IS NOT NULL AND rung IS NOT NULL;
ALTER TABLE cases DROP COLUMN watched;
ALTER TABLE cases DROP COLUMN rung;
