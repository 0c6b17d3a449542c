-- Retention looks up who read a feedback when the link to its author is cut.
CREATE INDEX audit_log_subject ON audit_log (subject_id);
