"""The audit log: who did what, from where, each entry tied to the one before it."""
