"""How many people the act takes."""
