"""Sealed values: which key has sealed them."""
