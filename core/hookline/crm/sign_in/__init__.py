"""Signing in: accounts, what people sign in with, sessions and tokens, and what the house asks of them."""
