"""The door of the test site itself."""

import threading

from tests.browser.gate import Gate


def test_a_shut_gate_waits_for_the_last_request_and_lets_no_other_in():
    began, may_end = threading.Event(), threading.Event()

    def application(environ, start_response):
        start_response("200 OK", [])
        began.set()
        yield b"half"
        assert may_end.wait(5)
        yield b"whole"

    gate, said, bodies = Gate(application), [], []

    def ask():
        bodies.append(b"".join(gate({}, lambda status, headers: said.append(status))))

    slow = threading.Thread(target=ask)
    with gate:
        slow.start()
        assert began.wait(5)
        threading.Timer(0.2, may_end.set).start()
    inside = gate.inside
    slow.join()
    ask()

    assert inside == 0
    assert said == ["200 OK", "503 Service Unavailable"]
    assert bodies == [b"halfwhole", b""]
