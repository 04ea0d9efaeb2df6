"""The machine: knows no CRM noun and no HTTP."""
