"""Rutube: comments under videos, read only: the site's own calls are open, though no document describes them."""
