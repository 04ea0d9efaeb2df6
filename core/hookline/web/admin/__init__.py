"""Administration: people, teams, roles, fields, lists, settings and background work, under /settings."""
