"""Import of messages from tables: `otklik import`."""

import os

# Before openpyxl is imported, which only this package does: it would else read by lxml, which documents of Word bring
# along, past the bounds that defusedxml sets.
os.environ["OPENPYXL_LXML"] = "False"
