"""Networks: sources, candidates, publishing, whether texts stand, accounts."""
