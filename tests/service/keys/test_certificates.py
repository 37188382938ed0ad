"""Certificates of `otklik certificates`: an authority, one for each part, keys for their owners only."""

import os
import stat
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from typer.testing import CliRunner

from cli import app
from service.keys.certificates import LASTS, PARTS, RENEWED_BEFORE_END, CertificatesError, ends, make

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def certificate(directory: Path, part: str, name: str = "cert.pem") -> x509.Certificate:
    return x509.load_pem_x509_certificate((directory / part / name).read_bytes())


def test_every_part_gets_a_certificate_of_the_authority(tmp_path: Path) -> None:
    assert make(tmp_path, now=NOW) == list(PARTS)
    authority = certificate(tmp_path, "authority", "ca.pem")
    trusting = PolicyBuilder().store(Store([authority])).time(NOW)
    for part in PARTS:
        assert certificate(tmp_path, part, "ca.pem") == authority
        key = load_pem_private_key((tmp_path / part / "key.pem").read_bytes(), None)
        assert certificate(tmp_path, part).public_key() == key.public_key()
        if PARTS[part].names:
            checked = trusting.build_server_verifier(x509.DNSName(part))
            assert checked.verify(certificate(tmp_path, part), [])


def test_a_part_may_do_with_its_certificate_what_it_does(tmp_path: Path) -> None:
    make(tmp_path, now=NOW)
    server, client = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
    uses = {
        part: set(certificate(tmp_path, part).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
        for part in PARTS
    }
    assert uses["postgres"] == {server}
    assert uses["temporal"] == {server, client}
    assert uses["otklik"] == uses["tools"] == uses["ui"] == {client}


def test_keys_are_their_owners_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make(tmp_path, now=NOW)
    finally:
        os.umask(before)
    for part in ("authority", *PARTS):
        assert stat.S_IMODE((tmp_path / part / "key.pem").stat().st_mode) == 0o600
        assert stat.S_IMODE((tmp_path / part / "ca.pem").stat().st_mode) == 0o644
    if os.geteuid() == 0:
        assert {part: (tmp_path / part / "key.pem").stat().st_uid for part in PARTS} == {
            part: PARTS[part].owner for part in PARTS
        }


def test_each_part_finds_its_files_though_commands_make_theirs_for_their_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "certificates"
    assert CliRunner().invoke(app, ["certificates", str(directory)]).exit_code == 0
    for folder in (directory, *(directory / part for part in PARTS)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in directory.rglob("key.pem"))


def test_what_lasts_stays_and_what_ends_is_made_again(tmp_path: Path) -> None:
    make(tmp_path, now=NOW)
    kept = certificate(tmp_path, "otklik")
    assert make(tmp_path, now=NOW + timedelta(days=1)) == []
    assert certificate(tmp_path, "otklik") == kept
    (tmp_path / "ui" / "key.pem").unlink()
    assert make(tmp_path, now=NOW) == ["ui"]
    authority = certificate(tmp_path, "authority", "ca.pem")
    later = NOW + LASTS - RENEWED_BEFORE_END + timedelta(days=1)
    assert make(tmp_path, now=later) == list(PARTS)
    assert certificate(tmp_path, "authority", "ca.pem") == authority


def test_an_authority_that_ends_is_replaced_with_all_it_has_issued(tmp_path: Path) -> None:
    make(tmp_path, now=NOW)
    authority = certificate(tmp_path, "authority", "ca.pem")
    assert make(tmp_path, now=NOW + timedelta(days=3650)) == list(PARTS)
    assert certificate(tmp_path, "authority", "ca.pem") != authority


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    make(tmp_path, now=NOW)
    (tmp_path / "authority" / "key.pem").write_text("nothing")
    with pytest.raises(CertificatesError, match="Сертификаты не созданы"):
        make(tmp_path, now=NOW)
    done = CliRunner().invoke(app, ["certificates", str(tmp_path)])
    assert done.exit_code == 2
    assert "Проверьте каталог" in done.output


def test_a_server_is_called_by_the_names_of_its_machine_too(tmp_path: Path) -> None:
    """They stay when it is made again, and whoever comes without naming them changes nothing."""
    make(tmp_path, now=NOW)
    hosts = {"postgres": ["db.region.example", "10.0.0.5"]}
    assert make(tmp_path, now=NOW, hosts=hosts) == ["postgres"]
    assert make(tmp_path, now=NOW, hosts=hosts) == make(tmp_path, now=NOW) == []
    assert "postgres" in make(tmp_path, now=NOW + LASTS)
    trusting = PolicyBuilder().store(Store([certificate(tmp_path, "authority", "ca.pem")])).time(NOW + LASTS)
    for name in (x509.DNSName("db.region.example"), x509.IPAddress(ip_address("10.0.0.5"))):
        assert trusting.build_server_verifier(name).verify(certificate(tmp_path, "postgres"), [])
    with pytest.raises(VerificationError):
        trusting.build_server_verifier(x509.DNSName("db.region.example")).verify(
            certificate(tmp_path, "temporal"), []
        )


@pytest.mark.parametrize(
    "host",
    ["db.region.example", "ui=ui.region.example", "postgres=https://db", "postgres=db:5432", "postgres="],
)
def test_what_is_no_name_of_a_server_is_refused(tmp_path: Path, host: str) -> None:
    done = CliRunner().invoke(app, ["certificates", str(tmp_path), "--host", host])
    assert done.exit_code == 2
    assert f"«{host}» задано неверно, нужно: postgres=ИМЯ или temporal=ИМЯ" in done.output
    assert not list(tmp_path.iterdir())


def test_the_command_tells_what_it_has_made_and_when_each_ends(tmp_path: Path) -> None:
    first, second = (CliRunner().invoke(app, ["certificates", str(tmp_path)]) for _ in range(2))
    made, *lines = first.output.splitlines()
    assert made == "Созданы сертификаты: postgres, temporal, otklik, tools, ui."
    assert second.output.splitlines() == ["Все сертификаты годны.", *lines]
    assert lines == [f"  {part}: до {moment:%d.%m.%Y}" for part, moment in ends(tmp_path).items()]
    assert list(ends(tmp_path)) == ["authority", *PARTS]
    assert ends(tmp_path)["ui"] == certificate(tmp_path, "ui").not_valid_after_utc
