import socket

import pytest


def test_the_suite_reaches_no_other_machine():
    outside = ("192.0.2.1", 80)  # an address reserved for documentation

    with socket.socket() as connection, pytest.raises(ConnectionRefusedError) as refusal:
        connection.connect(outside)

    assert "测试不得访问网络" in str(refusal.value)


def test_the_suite_reaches_this_machine():
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname()) as connection:
            reached = connection.getpeername()

        assert reached == server.getsockname()
