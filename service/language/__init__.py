"""Words of Russian: their forms and their lemmas."""
