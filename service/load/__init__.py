"""Load: what the record says of four weeks, and a simulation of how many people the act takes."""
