"""Entry points of Temporal: what its queues ask for, each a call of a service."""
