"""/me and what else belongs to one person: account, tokens, feeds, exports, inbox, day."""
