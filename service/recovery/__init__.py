"""Putting right what a restore or a lost run broke."""
