"""The invented network of the demo: another site to look at, served beside the workplace with `--demo` alone."""
