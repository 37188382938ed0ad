"""The schema of the database, revision by revision; `store.migrations.schema` applies them.

A new revision: `alembic -c store/migrations/alembic.ini revision --autogenerate -m "What changes"` against a
database at the newest one. It is applied while the release before goes on working, so it adds what that release does
without: a table, an index, a column that may be null or has a default. One that takes away, renames or tightens says
`needs_stop = True` below its `depends_on`, and is applied once no process is at work.

On SQLite a table is altered by copying it (batch mode), which loses its triggers: a revision that alters
`journal_row` must create them again.
"""
