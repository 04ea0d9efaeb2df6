"""/imports: from an uploaded file to records."""
