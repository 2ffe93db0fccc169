-- Packages of one name, whatever their namespace: what a search by relevance shows first.
CREATE INDEX packages_by_name ON packages (name_key, updated_at DESC, id DESC);
