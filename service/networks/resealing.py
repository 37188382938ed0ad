"""Sealing by the newest key what older ones have sealed, so that an older key can go (docs/run/security.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.keys.ring import KeyRing, UnsealError
from service.networks import seal as network_seal
from service.notices import seal as channel_seal
from service.people import second_factor
from settings import Settings
from store.database.engines import Database
from store.keys import sealed
from store.keys.sealed import SealedColumn

_PURPOSES: Mapping[SealedColumn, str] = {
    sealed.NETWORK_KEYS: network_seal.PURPOSE,
    sealed.CHANNELS: channel_seal.PURPOSE,
    sealed.SECOND_FACTORS: second_factor.PURPOSE,
}
_TITLES: Mapping[SealedColumn, str] = {
    sealed.NETWORK_KEYS: "ключ аккаунта",
    sealed.CHANNELS: "адрес канала",
    sealed.SECOND_FACTORS: "второй фактор",
}


@dataclass
class Resealed:
    """How many values the newest key has sealed, and what no known key opens, in Russian."""

    done: int = 0
    lost: list[str] = field(default_factory=list)


async def reseal(settings: Settings, keys: KeyRing) -> Resealed:
    """Seal all that is kept by the newest of the keys."""
    database = Database(settings.database_url)
    try:
        return await in_database(database, keys)
    finally:
        await database.dispose()


async def in_database(database: Database, keys: KeyRing) -> Resealed:
    """The same in a database that is open."""
    resealed = Resealed()
    for column, purpose in _PURPOSES.items():
        async with database.read() as session:
            found: Sequence[sealed.Sealed] = await sealed.values(session, column)
        for known in found:
            if keys.is_current(known.value):
                continue
            try:
                text = keys.unseal(purpose, known.value, known.bound_to)
            except UnsealError:
                resealed.lost.append(f"{_TITLES[column]} {known.key}")
                continue
            async with database.write() as session:
                new = keys.seal(purpose, text, known.bound_to)
                resealed.done += await sealed.replace(session, column, known, new)
    return resealed
