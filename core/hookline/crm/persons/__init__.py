"""A person's data: everything the house holds on somebody, handed out or removed for good."""
