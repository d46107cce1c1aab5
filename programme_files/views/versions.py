"""The files of a programme as they were loaded."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.permissions import Permission, authorize
from programme_files.models import ProgrammeVersion
from villages.models import Programme


@require_safe
def version_file(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One version, byte for byte as it was loaded."""
    authorize(request.user, Permission.EXPORT)
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    version = get_object_or_404(ProgrammeVersion, programme=programme, number=number)
    return yaml_file(version.text, f"{programme.code}-{version.number}")


def yaml_file(text: str, name: str) -> HttpResponse:
    """A programme file to be kept, not shown."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)
