"""Pages of this app: the login, the password, the trail, what one was told."""

from accounts.views.audit import audit, audit_export
from accounts.views.notices import notices, notices_done
from accounts.views.sessions import locked, login, logout, password_change, password_change_done

__all__ = [
    "audit",
    "audit_export",
    "locked",
    "login",
    "logout",
    "notices",
    "notices_done",
    "password_change",
    "password_change_done",
]
