"""People: how they sign in, who is absent, who stands in, who holds which office."""
