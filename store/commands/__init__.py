"""Commands: the outbox, and what corrections put in the place of what was registered."""
