"""Run by Alembic with each of its commands: passes it the connection and the tables to compare with."""

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlmodel import SQLModel

from settings import Settings
from store.database.engines import Database
from store.migrations.schema import is_of_the_models


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        include_name=is_of_the_models,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_from_command_line() -> None:
    database = Database(Settings.load().database_url)
    try:
        async with database.changing_schema() as connection:
            await connection.run_sync(run)
    finally:
        await database.dispose()


given: Connection | None = context.config.attributes.get("connection")
if given is None:
    asyncio.run(run_from_command_line())
else:
    run(given)
