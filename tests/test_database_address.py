"""Addresses of PostgreSQL that lead to another machine, and what is added to those."""

from pathlib import Path

import pytest

from settings import asked_mode, leads_elsewhere, verified

HERE = [
    "sqlite+aiosqlite:////var/lib/otklik/otklik.db",
    "postgresql+psycopg:///otklik",
    "postgresql+psycopg:///otklik?host=/var/run/postgresql",
    "postgresql+psycopg://otklik@%2Fvar%2Frun%2Fpostgresql/otklik",
    "postgresql+psycopg://otklik@localhost/otklik",
    "postgresql+psycopg://otklik:p%40@127.0.0.1:5433/otklik",
    "postgresql+psycopg://otklik@[::1]:5432/otklik",
    "postgresql+psycopg://otklik@/otklik?host=127.0.0.1:5432&host=/run",
]
ELSEWHERE = [
    "postgresql+psycopg://otklik@postgres:5432/otklik",
    "postgresql+psycopg://otklik@10.0.0.5/otklik",
    "postgresql+psycopg://otklik@[fd00::5]/otklik",
    "postgresql+psycopg://otklik@127.0.0.1,db.region.example/otklik",
    "postgresql+psycopg://otklik@/otklik?host=localhost&host=db:5432",
    "postgresql+psycopg://otklik@localhost/otklik?hostaddr=10.0.0.5",
    "postgresql+psycopg://otklik@localhost.region.example/otklik",
    "postgresql+psycopg:///otklik?service=region",
]


@pytest.mark.parametrize("url", HERE)
def test_sockets_and_loopback_are_this_machine(url: str) -> None:
    assert not leads_elsewhere(url, {})


@pytest.mark.parametrize("url", ELSEWHERE)
def test_any_other_server_is_another_machine(url: str) -> None:
    assert leads_elsewhere(url, {})


def test_libpqs_own_variables_name_the_server_where_the_address_names_none() -> None:
    assert leads_elsewhere("postgresql:///otklik", {"PGHOST": "db"})
    assert leads_elsewhere("postgresql:///otklik", {"PGSERVICE": "region"})
    assert not leads_elsewhere("postgresql:///otklik", {"PGHOST": "/run"})
    assert not leads_elsewhere("postgresql://localhost/otklik", {"PGHOST": "db"})


def test_what_the_address_says_of_tls_stays() -> None:
    url = "postgresql://db/otklik?sslrootcert=/own.pem"
    assert verified(url, Path("/ca.pem")) == f"{url}&sslmode=verify-full"
    assert verified("postgresql://db/otklik?sslmode=require", None).endswith("?sslmode=require")
    assert verified("postgresql://db/otklik", Path("/с пробелом&.pem")) == (
        "postgresql://db/otklik?sslmode=verify-full"
        "&sslrootcert=/%D1%81%20%D0%BF%D1%80%D0%BE%D0%B1%D0%B5%D0%BB%D0%BE%D0%BC%26.pem"
    )
    assert asked_mode(verified("postgresql://db/otklik", None)) == "verify-full"
