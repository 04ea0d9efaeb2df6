"""Webhooks: what happens to records is told to other programs, by signed requests to addresses that administrators enter."""
