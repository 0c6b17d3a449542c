-- The file of each published version, so that what was given by it can be read when the file is gone. Null where no start has
-- seen the file since this column came.
ALTER TABLE instruments ADD COLUMN content TEXT;
