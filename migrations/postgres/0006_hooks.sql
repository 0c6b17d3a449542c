-- Who of other systems is told what happens, what they were told, and what retention has lessened.

-- A target at a node. The secrets are sealed; the previous one signs too until its time is over.
CREATE TABLE webhooks (
    id              UUID PRIMARY KEY NOT NULL,
    node_kind       TEXT NOT NULL,
    node_id         UUID NOT NULL,
    url             TEXT NOT NULL,
    events          TEXT NOT NULL,
    enabled         BOOLEAN NOT NULL,
    stopped         TEXT,
    key_id          TEXT NOT NULL,
    sealed          BYTEA NOT NULL,
    previous_key_id TEXT,
    previous_sealed BYTEA,
    previous_until  BIGINT,
    created_at      BIGINT NOT NULL,
    UNIQUE (node_id, url)
);

-- One message to one target; the id is its webhook-id. Ids only: `data` is what the message says.
CREATE TABLE webhook_deliveries (
    id          UUID PRIMARY KEY NOT NULL,
    webhook_id  UUID NOT NULL,
    event       TEXT NOT NULL,
    feedback_id UUID,
    data        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    state       TEXT NOT NULL,
    attempts    BIGINT NOT NULL,
    last_status BIGINT,
    last_error  TEXT,
    settled_on  TEXT
);
CREATE INDEX webhook_deliveries_webhook ON webhook_deliveries (webhook_id, at);
CREATE INDEX webhook_deliveries_feedback ON webhook_deliveries (feedback_id) WHERE feedback_id IS NOT NULL;

-- When the link to a worker was cut and the birth year rounded to its decade.
ALTER TABLE feedback ADD COLUMN lessened_on TEXT;
