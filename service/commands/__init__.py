"""Commands: taken, delivered, answered."""
