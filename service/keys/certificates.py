"""Certificates of an installation's parts: an authority of its own, and a key and a certificate for each part.

What is there and lasts stays as it is, so it may run before every start (`otklik certificates`).
"""

import contextlib
import os
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3650)
LASTS = timedelta(days=800)
RENEWED_BEFORE_END = timedelta(days=400)
"""Whoever starts the installation again once a year never sees an end."""

_AUTHORITY, _CERTIFICATE, _KEY = "ca.pem", "cert.pem", "key.pem"
_BEFORE = timedelta(hours=1)
"""Clocks of machines differ."""
_HOST = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Who gets a certificate: the account of its container, and the names by which others call it (a server's)."""

    owner: int
    names: tuple[str, ...] = ()
    asks: bool = True
    """Whether it shows the certificate to servers."""


PARTS: Mapping[str, Part] = {
    "postgres": Part(999, ("postgres", "localhost"), asks=False),
    # Its own services call one another, and show the same certificate.
    "temporal": Part(1000, ("temporal", "localhost")),
    "otklik": Part(10001),
    "tools": Part(1000),
    "ui": Part(1000),
}
"""The parts of `docker-compose.yml`, with the accounts of their images."""


class CertificatesError(Exception):
    """They cannot be written or read; the text is Russian: which file, and what to do."""


def make(
    directory: Path,
    parts: Mapping[str, Part] = PARTS,
    now: datetime | None = None,
    hosts: Mapping[str, Collection[str]] | None = None,
) -> list[str]:
    """Leave in `directory/PART` the files `ca.pem`, `cert.pem` and `key.pem` of each part; names those made again.

    The authority's own key is in `directory/authority`. Keys are readable by their owner only; as root, that is the
    part's account. `now`: in UTC, the moment from which certificates count. `hosts`: names and IP addresses by which
    a part, a server, is called beside its own; those it has been called by stay. Raises CertificatesError.
    """
    moment = now or datetime.now(UTC)
    try:
        return _made(directory, parts, moment, hosts or {})
    except (OSError, ValueError) as error:
        raise CertificatesError(
            f"Сертификаты не созданы ({error}). Проверьте каталог {directory}; повреждённый файл удалите, "
            "и он будет создан заново."
        ) from None


def servers(written: Iterable[str]) -> dict[str, list[str]]:
    """What stands as `PART=HOST`, by the parts that are servers. Raises CertificatesError for anything else."""
    hosts: dict[str, list[str]] = {}
    for each in written:
        part, _, host = each.partition("=")
        if not (part in PARTS and PARTS[part].names and _is_host(host)):
            known = " или ".join(f"{name}=ИМЯ" for name, known in PARTS.items() if known.names)
            raise CertificatesError(f"Имя сервера «{each}» задано неверно, нужно: {known}, без порта.")
        hosts.setdefault(part, []).append(host)
    return hosts


def ends(directory: Path, parts: Mapping[str, Part] = PARTS) -> dict[str, datetime]:
    """The moments, in UTC, at which the certificates that `make` has left there end: of the authority and each part.

    Raises CertificatesError.
    """
    files = {"authority": directory / "authority" / _AUTHORITY} | {
        part: directory / part / _CERTIFICATE for part in parts
    }
    try:
        return {name: _read(file).not_valid_after_utc for name, file in files.items()}
    except (OSError, ValueError) as error:
        raise CertificatesError(
            f"Сертификаты не прочитаны ({error}). Проверьте каталог {directory}."
        ) from None


def _made(
    directory: Path, parts: Mapping[str, Part], moment: datetime, hosts: Mapping[str, Collection[str]]
) -> list[str]:
    made = []
    _make_passable(directory)
    authority, key = _authority(directory / "authority", moment)
    for name, part in parts.items():
        folder = directory / name
        _make_passable(folder)
        names = {*part.names, *hosts.get(name, ())}
        if (folder / _CERTIFICATE).exists():
            names |= _names_in(_read(folder / _CERTIFICATE))
        if not _still_good(folder, authority, names, moment):
            _issue(folder, name, replace(part, names=tuple(sorted(names))), authority, key, moment)
            made.append(name)
    return made


def _make_passable(folder: Path) -> None:
    """A folder in which each part's account finds its files, under any umask; keys are closed by modes of their own."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        folder.chmod(0o755)


def _authority(folder: Path, moment: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / _AUTHORITY).exists():
        kept = serialization.load_pem_private_key((folder / _KEY).read_bytes(), password=None)
        certificate = _read(folder / _AUTHORITY)
        if not isinstance(kept, ec.EllipticCurvePrivateKey):
            raise ValueError(folder / _KEY)
        if certificate.not_valid_after_utc - moment > LASTS:
            return certificate, kept
    key = ec.generate_private_key(ec.SECP256R1())
    # Authorities are told apart by their names.
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Otklik {secrets.token_hex(4)}")])
    certificate = (
        _begun(name, name, key.public_key(), moment, AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(issues=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write_key(folder / _KEY, key, owner=0)
    _write(folder / _AUTHORITY, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    return certificate, key


def _still_good(folder: Path, authority: x509.Certificate, names: set[str], moment: datetime) -> bool:
    if not all((folder / name).exists() for name in (_AUTHORITY, _CERTIFICATE, _KEY)):
        return False
    certificate = _read(folder / _CERTIFICATE)
    if (
        certificate.issuer != authority.subject
        or certificate.not_valid_after_utc - moment < RENEWED_BEFORE_END
    ):
        return False
    return _read(folder / _AUTHORITY) == authority and _names_in(certificate) == names


def _read(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def _names_in(certificate: x509.Certificate) -> set[str]:
    with contextlib.suppress(x509.ExtensionNotFound):
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = names.get_values_for_type(x509.IPAddress)
        return {*names.get_values_for_type(x509.DNSName), *map(str, addresses)}
    return set()


def _called(name: str) -> x509.GeneralName:
    """As a certificate has it, a name or an address."""
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _is_host(name: str) -> bool:
    return isinstance(_called(name), x509.IPAddress) or _HOST.fullmatch(name) is not None


def _issue(
    folder: Path,
    name: str,
    part: Part,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    moment: datetime,
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    uses = [ExtendedKeyUsageOID.SERVER_AUTH] * bool(part.names) + [
        ExtendedKeyUsageOID.CLIENT_AUTH
    ] * part.asks
    begun = (
        _begun(subject, authority.subject, key.public_key(), moment, LASTS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(issues=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
    )
    if part.names:
        alternatives = x509.SubjectAlternativeName([_called(each) for each in part.names])
        begun = begun.add_extension(alternatives, critical=False)
    certificate = begun.sign(authority_key, hashes.SHA256())
    _write(folder / _AUTHORITY, authority.public_bytes(serialization.Encoding.PEM), 0o644)
    _write_key(folder / _KEY, key, part.owner)
    _write(folder / _CERTIFICATE, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    moment: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _BEFORE)
        .not_valid_after(moment + lasts)
    )


def _usage(*, issues: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not issues,
        key_cert_sign=issues,
        crl_sign=issues,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _write_key(file: Path, key: ec.EllipticCurvePrivateKey, owner: int) -> None:
    written = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write(file, written, 0o600, owner)


def _write(file: Path, content: bytes, mode: int, owner: int = 0) -> None:
    """In one step, never readable by more than `mode` says, not even in between."""
    new = file.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as writing:
        os.fchmod(descriptor, mode)  # whatever the umask
        writing.write(content)
        if os.geteuid() == 0:
            os.fchown(descriptor, owner, owner)
    new.replace(file)
