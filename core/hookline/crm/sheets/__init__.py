"""Tables that people bring: CSV and XLSX, looked at before they are read."""
