"""Model fields that are sealed at rest, and their blind indexes."""
