"""Patience of a test with what has to come. A busy machine is slow, and a wait ends when it has come.

Where something would come by itself later, by a lease that ends or a stream that begins again, a test that it comes at
once has a shorter bound of its own: with these it could not fail.
"""

PATIENCE = 120.0  # seconds
SOON = 30_000.0
"""Milliseconds, as Playwright counts; a stream that fell silent is begun again after twelve seconds."""
