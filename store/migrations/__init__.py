"""The schema of the database, revision by revision; `store.migrations.schema` applies them.

A new revision: `alembic -c store/migrations/alembic.ini revision --autogenerate -m "What changes"` against a
database at the newest one. On SQLite a table is altered by copying it (batch mode), which loses its triggers:
a revision that alters `journal_row` must create them again.
"""
