"""What somebody has planned, for that person's calendar program."""
