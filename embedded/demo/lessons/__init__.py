"""A newcomer's first message, in training."""
