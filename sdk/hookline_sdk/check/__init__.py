"""`hookline plugin check`: whether a plugin is built as it should be, in three levels: bronze, silver, gold.

`rules` is the list of what is asked; each rule has a room of its own kind here. `find_raw_sql` is also of use by itself.
"""

from hookline_sdk.check.raw_sql import RawSql, find_raw_sql, main

__all__ = ["RawSql", "find_raw_sql", "main"]
