"""The page of promises."""
