"""The floor: the least this stack can do for the same pages, without users, rights, plugins or history."""
