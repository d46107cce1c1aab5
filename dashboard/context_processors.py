"""What the frame of every page shows: navigation and the demonstration clock."""

from typing import Any

from django.http import HttpRequest

from common import clock
from dashboard.navigation import items_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the sidebar's items and the demonstration clock's time (None on a real clock)."""
    user = getattr(request, "user", None)  # absent where an error came before the middleware that sets it
    known = user is not None and user.is_authenticated
    return {
        "nav_items": items_for(request) if known else [],
        "demo_clock": clock.now() if clock.is_demonstration() else None,
    }
