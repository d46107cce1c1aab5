"""Where a request came from: the trail and the lockout both ask here."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the browser; None where the server was reached through a socket file.

    Behind reverse proxies REMOTE_ADDR is the proxy's. PROXY_COUNT says how many of ours stand in front. Each
    appends the address it was called from to X-Forwarded-For, so counted from the right it cannot be forged.
    """
    hops = [*_forwarded(request), request.META.get("REMOTE_ADDR", "")]
    return hops[max(len(hops) - 1 - settings.PROXY_COUNT, 0)] or None


def _forwarded(request: HttpRequest) -> list[str]:
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return [hop.strip() for hop in hops if hop.strip()]
