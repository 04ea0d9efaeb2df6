"""The revisions of the apiary."""
