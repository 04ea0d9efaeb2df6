"""The pages of those who are not in yet, and of those who say once more who they are."""
