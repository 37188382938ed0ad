"""The weekly summary of clause 21: its numbers, and when and of what they are made."""
