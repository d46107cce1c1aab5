"""The door of the test site: shut before the database is emptied, so that nobody is still at work inside."""

import threading
from collections.abc import Iterable
from types import TracebackType
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

ANSWER_SECONDS = 30


class Gate:
    """Between server and application; `with gate:` lets requests in, its end waits for the last to come out.

    A page that closes may send a last save, which nobody waits for. Emptying the tables while that is being
    written is a deadlock that PostgreSQL ends by refusing one of the two.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self.application = application
        self.inside = 0
        self.is_open = False
        self.changed = threading.Condition()

    def __enter__(self) -> "Gate":
        with self.changed:
            self.is_open = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.changed:
            self.is_open = False
            if not self.changed.wait_for(lambda: self.inside == 0, ANSWER_SECONDS):
                raise TimeoutError(f"{self.inside} requests were not answered in {ANSWER_SECONDS} s")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._enter():
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return []
        try:
            return self._answer(environ, start_response)
        finally:
            self._leave()

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """The whole answer: once it goes over the wire, the application is done with it."""
        body = self.application(environ, start_response)
        try:
            return list(body)
        finally:
            if hasattr(body, "close"):
                body.close()

    def _enter(self) -> bool:
        with self.changed:
            self.inside += self.is_open
            return self.is_open

    def _leave(self) -> None:
        with self.changed:
            self.inside -= 1
            self.changed.notify_all()
