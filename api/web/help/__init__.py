"""Help: the guide of one's role, keys, and the act with the text of each of its clauses."""
