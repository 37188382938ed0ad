"""Messages: how each stands, its texts, and lists of them."""
