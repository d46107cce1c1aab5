"""The back office's pages for organisations and users, and what the other apps' pages are built on."""

from accounts.admin.people import OrganisationAdmin, UserAdmin
from accounts.admin.permissioned import PermissionedAdmin, PermissionedInline
from accounts.admin.reference_tables import ReferenceTableAdmin

__all__ = ["OrganisationAdmin", "PermissionedAdmin", "PermissionedInline", "ReferenceTableAdmin", "UserAdmin"]
