"""Load: how many people the act takes, by a simulation of messages on its road."""
