"""What the frame of every page shows: navigation and the demonstration clock."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from common import clock
from dashboard.navigation import items_for


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the sidebar's items and the demonstration clock's time (None on a real clock)."""
    user = getattr(request, "user", None)  # absent where an error came before the middleware that sets it
    return {
        "nav_items": items_for(user, request) if isinstance(user, User) else [],
        "demo_clock": clock.now() if clock.is_demonstration() else None,
    }
