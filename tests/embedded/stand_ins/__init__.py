"""Stand-ins for what `cli.py` calls, small enough to see the supervisor alone.

The folder goes first on PYTHONPATH, so that its modules answer to the names of the real ones. The variable
`STAND_IN_FAULT` names what goes wrong.
"""
