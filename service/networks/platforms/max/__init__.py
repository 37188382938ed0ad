"""MAX: comments under posts of a body's own channel, by its bot API."""
