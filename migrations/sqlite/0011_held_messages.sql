-- What givers' devices sent that could be read but not be taken in: sealed as it came, until staff releases or discards it.
CREATE TABLE held_messages (
    id      BLOB PRIMARY KEY NOT NULL,
    key_id  TEXT NOT NULL,
    message BLOB NOT NULL,
    address TEXT NOT NULL,
    why     TEXT NOT NULL,
    held_on TEXT NOT NULL
);
CREATE INDEX held_messages_day ON held_messages (held_on, id);
