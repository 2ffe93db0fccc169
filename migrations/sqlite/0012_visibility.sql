-- Who may find a package that an upload makes; nothing: as packages are unless somebody says otherwise.
ALTER TABLE uploads ADD COLUMN visibility TEXT CHECK (visibility IN ('private', 'internal', 'public'));

-- The deleted packages of a namespace, and of all, those that were deleted last first.
CREATE INDEX packages_deleted_of_namespace ON packages (namespace_id, purge_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX packages_deleted ON packages (purge_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
