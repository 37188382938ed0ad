"""Training: the clock that moves, lessons."""
