"""The invented network of the demo: a site beside the workplace, with a database of its own."""
