"""Migrations: one history per owner, written from its declarations and carried out in order."""
