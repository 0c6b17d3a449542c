-- Since when words of the giver wait to be read by whoever handles the case; null for none. What nobody has read is not erased.
ALTER TABLE cases ADD COLUMN unread_since TEXT;
