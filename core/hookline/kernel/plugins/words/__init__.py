"""The words with which a plugin declares what it adds, by what they are about."""
