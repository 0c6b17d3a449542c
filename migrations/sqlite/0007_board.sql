-- What is told to many at once: board posts, published results, a group's feedback discussion; and what loop figures read.

-- A board post ("Te sanoitte – me teimme") or published results: only what staff wrote for it. `taken_down_on`: kept, hidden.
CREATE TABLE postings (
    id            BLOB PRIMARY KEY NOT NULL,
    kind          TEXT NOT NULL,
    unit_id       BLOB NOT NULL REFERENCES units (id),
    instrument    TEXT,
    from_month    TEXT,
    to_month      TEXT,
    posted_by     BLOB NOT NULL REFERENCES principals (id),
    posted_on     TEXT NOT NULL,
    corrected_on  TEXT,
    taken_down_on TEXT
);
CREATE INDEX postings_unit ON postings (unit_id, kind, posted_on, id);

-- Its words by language, the original first (n = 0). Results have no `said`.
CREATE TABLE posting_texts (
    posting_id BLOB NOT NULL REFERENCES postings (id),
    n          INTEGER NOT NULL,
    language   TEXT NOT NULL,
    said       TEXT NOT NULL,
    done       TEXT NOT NULL,
    PRIMARY KEY (posting_id, n)
);

-- The cases whose givers a board post told.
CREATE TABLE posting_cases (
    posting_id BLOB NOT NULL REFERENCES postings (id),
    case_id    BLOB NOT NULL,
    PRIMARY KEY (posting_id, case_id)
);
CREATE INDEX posting_cases_case ON posting_cases (case_id);

-- The feedback discussions of a group, with the memo.
CREATE TABLE discussions (
    id           BLOB PRIMARY KEY NOT NULL,
    feedback_id  BLOB NOT NULL REFERENCES group_interviews (feedback_id),
    held_on      TEXT NOT NULL,
    together     BOOLEAN NOT NULL,
    participants INTEGER NOT NULL,
    language     TEXT NOT NULL,
    memo         TEXT NOT NULL,
    recorded_by  BLOB NOT NULL REFERENCES principals (id),
    recorded_on  TEXT NOT NULL
);
CREATE INDEX discussions_feedback ON discussions (feedback_id, held_on);

-- Loop figures read the cases of a unit by the day of receipt.
CREATE INDEX cases_received ON cases (unit_id, received_on, id);
