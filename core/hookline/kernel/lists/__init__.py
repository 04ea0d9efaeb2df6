"""Lists, boards and calendars: pages of rows at a cost that does not grow with the table."""
