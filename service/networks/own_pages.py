"""Learns by what numbers and names links know the pages of an account: asked of the network once, and kept (cl. 13)."""

from datetime import timedelta

import structlog

from service.networks.accounts import NetworkAccounts
from service.networks.platforms.accounts import Account
from service.networks.platforms.port import Adapter, Fault, NetworkRefusalError
from service.networks.platforms.rates import Rates

log = structlog.get_logger(__name__)


async def learn(accounts: NetworkAccounts, rates: Rates, account: Account, adapter: Adapter) -> timedelta:
    """Ask for the names of an account unless that was done; how long to wait where its key has no room now.

    What the network refuses for good is not asked for again until the key is given anew.
    """
    if account.asked or not adapter.traits.tells_names:
        return timedelta(0)
    if wait := await rates.take(account.id, adapter.traits.rate):
        return wait
    names: frozenset[str] = frozenset()
    try:
        names = await adapter.names(account.open())
    except NetworkRefusalError as refusal:
        log.warning("the names of an account are not told", account=account.id, code=refusal.code)
        if refusal.fault in (Fault.LATER, Fault.UNKNOWN):
            return timedelta(0)
    await accounts.keep_names(account.id, names)
    return timedelta(0)
