"""The two gates of every page here: what is out of reach is not found, who reads no work is refused."""

from django.shortcuts import get_object_or_404

from accounts.models import User
from accounts.permissions import Permission, authorize
from assessments.models import Application


def find_application(user: User, pk: int) -> Application:
    """Return the application with village and programme: 404 out of reach, 403 for who reads no work."""
    application = get_object_or_404(Application.objects.visible_to(user).for_list(), pk=pk)
    authorize(user, Permission.VIEW_WORK, within=application.division_code)
    return application


def reread(application: Application) -> None:
    """Take what somebody else may have changed since the page was asked for."""
    application.refresh_from_db(fields=["status", "round", "deadline", "version", "self_check_report"])
