"""The journal of each message, its chain, and whom breaches are charged to."""
