"""Calculations of the load that were asked for."""
