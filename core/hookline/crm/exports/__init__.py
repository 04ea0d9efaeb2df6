"""Lists that are taken away: which records, as which file, kept for how long."""
