-- The house's first tables. The same statement stands in migrations/sqlite with SQLite's types;
-- ids are UUIDs, days are ISO dates, months are YYYY-MM, instants are microseconds since 1970 UTC.

-- One row: raised by every change of organisation, agreements, rules or calendar, in the same transaction.
CREATE TABLE settings_version (
    id      BIGINT PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
);
INSERT INTO settings_version (id, version) VALUES (1, 1);

CREATE TABLE organisers (
    id         UUID PRIMARY KEY NOT NULL,
    slug       TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE services (
    id           UUID PRIMARY KEY NOT NULL,
    organiser_id UUID NOT NULL REFERENCES organisers (id),
    slug         TEXT NOT NULL,
    name         TEXT NOT NULL,
    UNIQUE (organiser_id, slug)
);

CREATE TABLE producers (
    id           UUID PRIMARY KEY NOT NULL,
    organiser_id UUID NOT NULL REFERENCES organisers (id),
    slug         TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL
);

-- A slug is unique in the installation and never used again: a unit is closed, not deleted.
CREATE TABLE units (
    id           UUID PRIMARY KEY NOT NULL,
    organiser_id UUID NOT NULL REFERENCES organisers (id),
    service_id   UUID NOT NULL REFERENCES services (id),
    slug         TEXT NOT NULL UNIQUE,
    name         TEXT NOT NULL,
    sensitive    BOOLEAN NOT NULL,
    closed_on    TEXT
);

-- Which producer a unit belongs to, and when; periods of a unit do not overlap (checked in the same transaction).
CREATE TABLE placements (
    id          UUID PRIMARY KEY NOT NULL,
    unit_id     UUID NOT NULL REFERENCES units (id),
    producer_id UUID NOT NULL REFERENCES producers (id),
    valid_from  TEXT NOT NULL,
    valid_to    TEXT
);
CREATE INDEX placements_unit ON placements (unit_id);

-- Who acts: a person, a token of another system, a kiosk, a job.
CREATE TABLE principals (
    id           UUID PRIMARY KEY NOT NULL,
    organiser_id UUID NOT NULL REFERENCES organisers (id),
    slug         TEXT NOT NULL UNIQUE,
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL,
    email        TEXT,
    language     TEXT NOT NULL,
    disabled_at  BIGINT,
    created_at   BIGINT NOT NULL
);

CREATE TABLE grants (
    id           UUID PRIMARY KEY NOT NULL,
    principal_id UUID NOT NULL REFERENCES principals (id),
    role         TEXT NOT NULL,
    node_kind    TEXT NOT NULL,
    node_id      UUID NOT NULL,
    created_at   BIGINT NOT NULL,
    UNIQUE (principal_id, role, node_kind, node_id)
);

CREATE TABLE tokens (
    id           UUID PRIMARY KEY NOT NULL,
    principal_id UUID NOT NULL REFERENCES principals (id),
    name         TEXT NOT NULL,
    secret_hash  BYTEA NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,
    expires_on   TEXT NOT NULL,
    last_used_on TEXT,
    revoked_at   BIGINT,
    created_at   BIGINT NOT NULL
);

-- A person who works at a unit.
CREATE TABLE workers (
    id           UUID PRIMARY KEY NOT NULL,
    unit_id      UUID NOT NULL REFERENCES units (id),
    principal_id UUID NOT NULL REFERENCES principals (id),
    valid_from   TEXT NOT NULL,
    valid_to     TEXT,
    UNIQUE (unit_id, principal_id, valid_from)
);

-- Whose work a card of a colour is about in one week (its Monday). Feedback holds this row's id, never the worker's.
CREATE TABLE card_colours (
    id        UUID PRIMARY KEY NOT NULL,
    unit_id   UUID NOT NULL REFERENCES units (id),
    week      TEXT NOT NULL,
    colour    TEXT NOT NULL,
    worker_id UUID NOT NULL REFERENCES workers (id),
    UNIQUE (unit_id, week, colour)
);

-- Append-only versions; the newest one that is in force on the day counts.
CREATE TABLE agreements (
    id             UUID PRIMARY KEY NOT NULL,
    producer_id    UUID NOT NULL REFERENCES producers (id),
    version        BIGINT NOT NULL,
    handler_id     UUID REFERENCES principals (id),
    substitute_id  UUID REFERENCES principals (id),
    acknowledge_wd BIGINT NOT NULL,
    decide_wd      BIGINT NOT NULL,
    tell_wd        BIGINT NOT NULL,
    told_how       TEXT NOT NULL,
    signed_by      TEXT NOT NULL,
    valid_from     TEXT NOT NULL,
    valid_to       TEXT,
    created_at     BIGINT NOT NULL,
    UNIQUE (producer_id, version)
);

-- Append-only: a change is a new row that replaces the old one.
CREATE TABLE routing_rules (
    id          UUID PRIMARY KEY NOT NULL,
    code        TEXT NOT NULL,
    version     BIGINT NOT NULL,
    node_kind   TEXT NOT NULL,
    node_id     UUID NOT NULL,
    position    BIGINT NOT NULL,
    enabled     BOOLEAN NOT NULL,
    valid_from  TEXT,
    valid_to    TEXT,
    conditions  TEXT NOT NULL,
    results     TEXT NOT NULL,
    reason      TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    replaced_at BIGINT,
    UNIQUE (node_id, code, version)
);

-- Days on which a node is closed besides the public holidays; the node is an organiser for now.
CREATE TABLE closures (
    organiser_id UUID NOT NULL REFERENCES organisers (id),
    day          TEXT NOT NULL,
    reason       TEXT NOT NULL,
    PRIMARY KEY (organiser_id, day)
);

-- What was published: the same version with other content stops the start.
CREATE TABLE instruments (
    id            TEXT NOT NULL,
    version       BIGINT NOT NULL,
    sha256        TEXT NOT NULL,
    first_seen_on TEXT NOT NULL,
    PRIMARY KEY (id, version)
);

-- One giver's answers. The id is the keyed hash of the receipt code, so that one index finds a feedback by its id, by
-- its receipt and by the idempotency key the code was derived from.
CREATE TABLE feedback (
    seq                BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id                 UUID NOT NULL UNIQUE,
    receipt_key        TEXT,
    body_mac           BYTEA,
    forget_mac_on      TEXT,
    placement_id       UUID NOT NULL REFERENCES placements (id),
    instrument         TEXT NOT NULL,
    instrument_version BIGINT NOT NULL,
    channel            TEXT NOT NULL,
    language           TEXT NOT NULL,
    given_by           TEXT NOT NULL,
    received_on        TEXT NOT NULL,
    month              TEXT NOT NULL,
    coded              TEXT NOT NULL,
    texts              TEXT,
    colour_id          UUID,
    author_id          UUID,
    void_reason        TEXT,
    voided_on          TEXT
);
-- Finds what staff recorded, and the bodies' MACs that retention forgets, without reading every feedback.
CREATE INDEX feedback_author ON feedback (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX feedback_forget_mac ON feedback (forget_mac_on) WHERE forget_mac_on IS NOT NULL;

CREATE TABLE contacts (
    feedback_id UUID PRIMARY KEY NOT NULL,
    key_id      TEXT NOT NULL,
    sealed      BYTEA NOT NULL
);

-- Who wants to join developing: no link to any answers.
CREATE TABLE volunteers (
    id       UUID PRIMARY KEY NOT NULL,
    unit_id  UUID NOT NULL REFERENCES units (id),
    erase_on TEXT NOT NULL,
    key_id   TEXT NOT NULL,
    sealed   BYTEA NOT NULL
);

-- The author's own reminder of whom an oral note was from, for the next meeting.
CREATE TABLE reminders (
    feedback_id  UUID PRIMARY KEY NOT NULL,
    author_id    UUID NOT NULL REFERENCES principals (id),
    next_meeting TEXT,
    key_id       TEXT NOT NULL,
    sealed       BYTEA NOT NULL
);

-- Printed cards that have not come back: the id is the keyed hash of the code on the stub.
CREATE TABLE card_stubs (
    id          UUID PRIMARY KEY NOT NULL,
    key_id      TEXT NOT NULL,
    serial_hash BYTEA NOT NULL UNIQUE,
    unit_id     UUID NOT NULL REFERENCES units (id),
    printed_on  TEXT NOT NULL
);

CREATE TABLE group_interviews (
    feedback_id UUID PRIMARY KEY NOT NULL,
    detail      TEXT NOT NULL
);

CREATE TABLE swot_points (
    id          UUID PRIMARY KEY NOT NULL,
    feedback_id UUID NOT NULL REFERENCES group_interviews (feedback_id),
    n           BIGINT NOT NULL,
    field       TEXT NOT NULL,
    text        TEXT NOT NULL,
    UNIQUE (feedback_id, n)
);

CREATE TABLE agreed_actions (
    feedback_id UUID NOT NULL REFERENCES group_interviews (feedback_id),
    n           BIGINT NOT NULL,
    what        TEXT NOT NULL,
    who         TEXT NOT NULL,
    due         TEXT NOT NULL,
    PRIMARY KEY (feedback_id, n)
);

-- The handling of one feedback or one SWOT point; its id is its subject's id.
CREATE TABLE cases (
    id              UUID PRIMARY KEY NOT NULL,
    feedback_id     UUID NOT NULL,
    subject         TEXT NOT NULL,
    channel         TEXT NOT NULL,
    organiser_id    UUID NOT NULL,
    producer_id     UUID NOT NULL,
    unit_id         UUID NOT NULL,
    state           TEXT NOT NULL,
    category        TEXT NOT NULL,
    urgency         TEXT NOT NULL,
    rule            TEXT NOT NULL,
    rule_reason     TEXT NOT NULL,
    agreement_id    UUID,
    acknowledge_wd  BIGINT NOT NULL,
    decide_wd       BIGINT NOT NULL,
    tell_wd         BIGINT NOT NULL,
    handler_id      UUID NOT NULL REFERENCES principals (id),
    handler_role    TEXT NOT NULL,
    received_on     TEXT NOT NULL,
    acknowledge_by  TEXT NOT NULL,
    decide_by       TEXT NOT NULL,
    tell_by         TEXT NOT NULL,
    waiting_since   TEXT,
    acknowledged_on TEXT,
    available_on    TEXT,
    told_on         TEXT,
    told_how        TEXT,
    closed_on       TEXT,
    decision        TEXT,
    verdict         TEXT,
    reopenings      BIGINT NOT NULL,
    version         BIGINT NOT NULL,
    voided_on       TEXT
);
CREATE INDEX cases_unit ON cases (unit_id, state, decide_by);
CREATE INDEX cases_handler ON cases (handler_id, state, decide_by);

-- Every step: who, when and what. What a giver did carries a day and no time of day.
CREATE TABLE case_events (
    case_id    UUID NOT NULL,
    n          BIGINT NOT NULL,
    step       TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    actor      TEXT NOT NULL,
    actor_id   UUID,
    on_day     TEXT NOT NULL,
    at         BIGINT,
    detail     TEXT NOT NULL,
    PRIMARY KEY (case_id, n)
);

-- The words of an event: question, answer, addition, decision, words of a verdict. Apart, so that they can be erased.
CREATE TABLE case_texts (
    case_id  UUID NOT NULL,
    n        BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    language TEXT NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (case_id, n)
);

-- Report counters: one block a key, and what was added since the last folding.
CREATE TABLE counter_blocks (
    subject_kind       TEXT NOT NULL,
    subject_id         UUID NOT NULL,
    instrument         TEXT NOT NULL,
    instrument_version BIGINT NOT NULL,
    channel            TEXT NOT NULL,
    month              TEXT NOT NULL,
    block              TEXT NOT NULL,
    PRIMARY KEY (subject_kind, subject_id, instrument, instrument_version, channel, month)
);

CREATE TABLE counter_deltas (
    seq                BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject_kind       TEXT NOT NULL,
    subject_id         UUID NOT NULL,
    instrument         TEXT NOT NULL,
    instrument_version BIGINT NOT NULL,
    channel            TEXT NOT NULL,
    month              TEXT NOT NULL,
    block              TEXT NOT NULL
);

CREATE TABLE jobs (
    id          UUID PRIMARY KEY NOT NULL,
    kind        TEXT NOT NULL,
    subject     TEXT NOT NULL,
    dedupe      TEXT UNIQUE,
    state       TEXT NOT NULL,
    run_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL,
    lease_until BIGINT,
    last_error  TEXT
);
CREATE INDEX jobs_due ON jobs (state, run_at);

-- What a member of staff is told in the service itself.
CREATE TABLE notices (
    id           UUID PRIMARY KEY NOT NULL,
    principal_id UUID NOT NULL REFERENCES principals (id),
    kind         TEXT NOT NULL,
    day          TEXT NOT NULL,
    cases        BIGINT NOT NULL,
    UNIQUE (principal_id, kind, day)
);

-- Which instance runs a repeating task now.
CREATE TABLE leases (
    name   TEXT PRIMARY KEY NOT NULL,
    holder UUID NOT NULL,
    until  BIGINT NOT NULL
);

CREATE TABLE idempotency (
    key_hash   BYTEA PRIMARY KEY NOT NULL,
    body_mac   BYTEA NOT NULL,
    status     BIGINT NOT NULL,
    response   TEXT NOT NULL,
    created_on TEXT NOT NULL
);

-- Who of the staff read which text or contact. Ids, never content.
CREATE TABLE audit_log (
    seq          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           BIGINT NOT NULL,
    principal_id UUID NOT NULL,
    action       TEXT NOT NULL,
    subject_id   UUID NOT NULL
);
