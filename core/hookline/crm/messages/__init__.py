"""Letters and short messages to contacts, and what they have agreed to."""
