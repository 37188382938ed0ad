"""People: who they are, how they sign in, who stands in for whom, and what offices are called."""
