"""Evidence: listed, filed, handed out."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, allows, authorize
from common import clock
from villages.forms import EvidenceForm
from villages.models import Evidence, Village
from villages.services.evidence import evidence_add as add

PAGE_SIZE = 30


@require_safe
def evidence_list(request: HttpRequest, code: str) -> HttpResponse:
    """List the files of a village, newest first."""
    authorize(request.user, Permission.VIEW_WORK)
    village = get_object_or_404(Village.objects.visible_to(request.user), code=code)
    page = Paginator(village.evidence.for_list(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "village": village,
        "page": page,
        "pages": page.paginator.get_elided_page_range(page.number),
        "may_add": allows(request.user, Permission.EVIDENCE_ADD, within=village.code),
    }
    return render(request, "villages/evidence_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: HttpRequest, code: str) -> HttpResponse:
    """File a file under a village."""
    village = get_object_or_404(Village.objects.visible_to(request.user), code=code)
    authorize(request.user, Permission.EVIDENCE_ADD, within=village.code)
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and _added(request, village, form):
        return redirect("villages:evidence_list", code=village.code)
    return render(request, "villages/evidence_form.html", {"village": village, "form": form})


@require_safe
@cache_control(private=True, no_store=True)
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """Hand a file out to be saved, never to be run by the browser."""
    authorize(request.user, Permission.VIEW_WORK)
    found = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("这份材料的文件不在了，请联系管理员。") from error
    response = FileResponse(
        content, as_attachment=True, filename=found.original_name, content_type=found.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _added(request: HttpRequest, village: Village, form: EvidenceForm) -> bool:
    try:
        filed = add(
            village=village,
            upload=form.cleaned_data["file"],
            title=form.cleaned_data["title"],
            actor=request.user,
            now=clock.now(),
        )
    except ValidationError as refusal:
        form.add_error("file", refusal.messages)
        return False
    messages.success(request, f"“{filed.title}”已存入{village.name}的佐证材料。")
    return True
