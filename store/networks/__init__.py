"""Networks: accounts, sources, candidates, publications."""
