"""Sources of requests."""

from ipaddress import ip_network

import pytest

from service.access.request_source import Origin, origin

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "203.0.113.1", "192.0.2.7"),  # nobody's proxy: anybody may write the header
        ("10.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.1", "203.0.113.1"),  # the first was written by the client
        ("10.0.0.1", "203.0.113.1, 10.0.0.2", "203.0.113.1"),
        ("::ffff:10.0.0.1", "203.0.113.1", "203.0.113.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("", "203.0.113.1", ""),
    ],
)
def test_the_header_is_believed_as_far_as_trusted_proxies_wrote_it(
    peer: str, forwarded_for: str, address: str
) -> None:
    assert origin(peer, forwarded_for, "", PROXIES).address == address


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:2", "2001:db8::/64"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_network_of_ipv6_is_one_source(address: str, source: str) -> None:
    assert Origin(address).source == source
