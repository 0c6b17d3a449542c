-- The unit in the address of its form: who may release messages is told of each unit that has some.
ALTER TABLE held_messages ADD COLUMN unit TEXT NOT NULL DEFAULT '';
UPDATE held_messages SET unit = split_part(address, '/', 3) WHERE substr(address, 1, 3) IN ('/u/', '/k/');
