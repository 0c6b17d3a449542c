-- What watches over a case, whoever is away, and what staff and givers are told by mail.

-- Day 0 of decide and tell (a reopening starts them anew), the working days the clock stood still since, how far the
-- reminders of the deadline `watched` have climbed, and whether the giver left an e-mail address.
ALTER TABLE cases ADD COLUMN terms_from TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN paused_wd BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN watched TEXT;
ALTER TABLE cases ADD COLUMN rung BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN reminded_on TEXT;
ALTER TABLE cases ADD COLUMN reply_email BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE cases SET terms_from = received_on;

-- How somebody wants notices by mail: `each`, `digest` (one a day) or `none`.
ALTER TABLE principals ADD COLUMN mail TEXT NOT NULL DEFAULT 'each';

-- Who is away, and who stands in.
CREATE TABLE absences (
    id            UUID PRIMARY KEY NOT NULL,
    principal_id  UUID NOT NULL REFERENCES principals (id),
    substitute_id UUID REFERENCES principals (id),
    first_day     TEXT NOT NULL,
    last_day      TEXT NOT NULL,
    created_at    BIGINT NOT NULL
);

-- Notices may be about one case and its deadline; the subject is empty for those about many.
DROP TABLE notices;
CREATE TABLE notices (
    id           UUID PRIMARY KEY NOT NULL,
    principal_id UUID NOT NULL REFERENCES principals (id),
    kind         TEXT NOT NULL,
    day          TEXT NOT NULL,
    subject      TEXT NOT NULL,
    case_id      UUID,
    deadline     TEXT,
    due          TEXT,
    cases        BIGINT NOT NULL,
    UNIQUE (principal_id, kind, day, subject)
);

-- Mails: what is to be written to whom, never the words. The id is the Message-ID, so that a mail sent twice is known as one.
CREATE TABLE mails (
    id           UUID PRIMARY KEY NOT NULL,
    letter       TEXT NOT NULL,
    principal_id UUID REFERENCES principals (id),
    case_id      UUID,
    subject      TEXT NOT NULL,
    state        TEXT NOT NULL,
    queued_on    TEXT NOT NULL,
    settled_on   TEXT,
    reason       TEXT,
    UNIQUE (letter, subject)
);
CREATE INDEX mails_case ON mails (case_id) WHERE case_id IS NOT NULL;
