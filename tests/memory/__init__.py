"""Temporal in memory: workflows run on the SDK's own code, and a few hundred lines here stand for its server.

`sdk` says what of the SDK's private parts this leans on; `server` answers clients; `run` is one run of a workflow with
its clock; `attempts` runs activities. `tests/workflows/test_memory.py` walks the same roads here and on the server.
"""
