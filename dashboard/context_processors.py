"""What the frame of every page shows: navigation and the demonstration clock."""

from typing import Any

from django.http import HttpRequest

from common import clock


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return the sidebar's items and the demonstration clock's time (None on a real clock)."""
    return {"nav_items": [], "demo_clock": clock.now() if clock.is_demonstration() else None}
