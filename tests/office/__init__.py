"""Twenty working days of a whole office over HTTP, and what must hold of them from the outside."""
