"""Addresses that may not be fetched, in every disguise that is known."""

import pytest

from assistant.errors import FetchRefused
from assistant.fetching.guard import check_addresses, fault_of, target_of


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://harbour.example/a",
        "gopher://harbour.example/1",
        "javascript:alert(1)",
        "data:text/html,x",
        "jar:http://harbour.example!/x",
        "//harbour.example/a",
        "harbour.example/a",
        "",
        "http://",
        "http:///a",
        "https://user@harbour.example/",
        "https://user:word@harbour.example/",
        "https://harbour.example@127.0.0.1/",
        "https://@harbour.example/",
        "http://harbour.example:22/",
        "http://harbour.example:25/",
        "http://harbour.example:6379/",
        "http://harbour.example:0/",
        "http://harbour.example:99999/",
        "http://harbour.example:port/",
        "http://harbour.example/a\r\nHost: x",
        "http://harbour.example/a b",
        "http://harbour.example\\@127.0.0.1/",
        "http://harbour.example/\u2028x",
        "http://[::1",
        "http://[fe80::1%25eth0]/",
        "http://" + "a" * 70 + ".example/",
        "http://harbour.example/" + "a" * 5000,
    ],
)
def test_addresses_that_are_refused_as_written(url: str) -> None:
    with pytest.raises(FetchRefused):
        target_of(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::",
        "2001:0:0:0:0:0:80ff:fffe",  # Teredo for 127.0.0.1
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "nonsense",
        "",
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert fault_of(address)
    with pytest.raises(FetchRefused):
        check_addresses([address])


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "1.1.1.1"])
def test_public_addresses(address: str) -> None:
    assert fault_of(address) == ""
    assert fault_of(address, allow_private=True) == ""


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    with pytest.raises(FetchRefused, match=r"10\.0\.0\.1"):
        check_addresses(["93.184.215.14", "10.0.0.1"])
    with pytest.raises(FetchRefused, match="no address"):
        check_addresses([])


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fc00::1"])
def test_an_intranet_can_be_admitted(address: str) -> None:
    assert fault_of(address, allow_private=True) == ""


@pytest.mark.parametrize(
    "address",
    ["169.254.169.254", "169.254.170.2", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "::ffff:169.254.169.254",
     "fe80::1", "169.254.1.1", "64:ff9b::a9fe:a9fe", "0.0.0.0", "224.0.0.1"],
)  # fmt: skip
def test_metadata_services_are_never_admitted(address: str) -> None:
    assert fault_of(address, allow_private=True)


def test_an_address_taken_apart() -> None:
    target = target_of(" https://Häfen.example/öffnet wieder?a=1#top ".replace(" wieder", "?b"))
    assert (target.secure, target.host, target.port) == (True, "xn--hfen-loa.example", 443)
    assert target.path.startswith("/%C3%B6ffnet?")
    assert "#" not in target.url
    assert target_of("http://harbour.example:8080").path == "/"
    assert target_of("http://harbour.example:9000/", allow_private=True).port == 9000
