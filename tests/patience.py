"""Patience of the tests with what has to come, one for all of them: a wait ends when it has come.

Where something would come by itself later, a test that it comes at once puts that off beyond this patience; where it
cannot, it has a shorter bound of its own.
"""

import os

SLOWER = float(os.environ.get("OTKLIK_PATIENCE", "1"))
"""By how much the machine is slower than those the tests are made on; so much longer is every moment they allow for."""
PATIENCE = 240.0 * SLOWER  # seconds
