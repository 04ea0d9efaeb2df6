"""Import of CSV and XLSX files: mapped, rehearsed, resumable, and undone as a whole.

mappings     what of a file goes where; kept under a name, or in a TOML file
columns      what a file's columns hold, and how their dates and numbers are read
references   from a name, a number or an e-mail address in a cell to the record that is meant
rows         from the cells of a row to a record's values
batches      a handful of rows at once, through the gate
runs         a whole file: started, carried on, stopped, listed
rehearsal    what a run would do, without doing it
undo         what a run did, taken back
plans        several files with their mappings, in their order
commands     the same from the command line
"""
