import pytest
from django.test import RequestFactory

from accounts.client_address import client_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "", "10.0.0.1"),
        (0, "6.6.6.6", "10.0.0.1"),  # written by the browser itself: not believed
        (1, "192.168.1.20", "192.168.1.20"),
        (1, "6.6.6.6, 192.168.1.20", "192.168.1.20"),
        (2, "6.6.6.6, 192.168.1.20, 172.16.0.2", "192.168.1.20"),
        (1, "", "10.0.0.1"),
        (2, "192.168.1.20", "192.168.1.20"),
    ],
)
def test_the_address_is_counted_from_our_own_proxies(settings, proxies, forwarded, expected):
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="10.0.0.1")

    address = client_address(request)

    assert address == expected


def test_a_socket_file_has_no_address():
    request = RequestFactory().get("/", REMOTE_ADDR="")

    address = client_address(request)

    assert address is None
