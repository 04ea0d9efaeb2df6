"""The doors of any entity's records: list, board, calendar, page, form, made from its declaration."""
