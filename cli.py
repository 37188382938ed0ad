"""The `otklik` command."""

import typer

app = typer.Typer()
