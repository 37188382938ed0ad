"""Access: who asks, from where, what was shown, and why something cannot be done."""
