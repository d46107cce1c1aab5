"""Loading a programme file: handed in, shown with its differences, confirmed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission, authorize
from common import clock
from programme_files import services
from programme_files.dumping import dump_programme
from programme_files.forms import ConfirmForm, ProgrammeFileForm
from programme_files.problems import Problem, ProgrammeFileError
from villages.models import Programme

UNUSABLE = "没有收到完整的文件内容，请重新提交。"


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take a file or a pasted text and show what it would change; nothing is written yet."""
    authorize(request.user, Permission.PROGRAMME_MANAGE)
    if request.method != "POST":
        return _form_page(request, ProgrammeFileForm(initial={"text": _text_in_force(request)}))
    form = ProgrammeFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, form)
    if "edit" in request.POST:
        return _form_page(request, ProgrammeFileForm(initial=form.cleaned_data))
    return _preview_page(request, form.cleaned_data["text"])


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Load what was shown; where it is no longer what would happen, show it again."""
    authorize(request.user, Permission.PROGRAMME_MANAGE)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        messages.error(request, UNUSABLE)
        return _form_page(request, ProgrammeFileForm(initial={"text": request.POST.get("text", "")}))
    text = form.cleaned_data["text"]
    try:
        loaded = services.programme_confirm(actor=request.user, now=clock.now(), **form.cleaned_data)
    except services.PreviewOutdated as outdated:
        return _preview_page(request, text, notice=str(outdated))
    except ProgrammeFileError as error:
        return _problem_page(request, text, error.problems)
    messages.success(request, f"{loaded} 还没有评定的年度正在重新计算。")
    return redirect("programme_files:detail", code=loaded.programme.code)


def _preview_page(request: HttpRequest, text: str, notice: str = "") -> HttpResponse:
    try:
        preview = services.programme_preview(text=text, actor=request.user, now=clock.now())
    except ProgrammeFileError as error:
        return _problem_page(request, text, error.problems)
    except PermissionDenied:
        sentence = f"这份方案的行政区划不在您的管辖范围（{request.user.division_code}）内，不能由您载入。"
        return _problem_page(request, text, [Problem(0, "programme 的 division", sentence)], status=403)
    context = {"preview": preview, "notice": notice}
    return render(request, "programme_files/upload_preview.html", context)


def _problem_page(
    request: HttpRequest, text: str, problems: list[Problem], status: int = 200
) -> HttpResponse:
    form = ProgrammeFileForm(initial={"text": text})
    return _form_page(request, form, {"problems": problems}, status)


def _form_page(
    request: HttpRequest, form: ProgrammeFileForm, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form} | (more or {})
    return render(request, "programme_files/upload_form.html", context, status=status)


def _text_in_force(request: HttpRequest) -> str:
    """The file of the programme that is to be changed; nothing for a new one."""
    code = request.GET.get("code", "")
    if not code:
        return ""
    if not slug_re.match(code):
        raise Http404("没有这个代码的方案。")
    programme = get_object_or_404(Programme.objects.visible_to(request.user), code=code)
    try:
        return dump_programme(programme)
    except ProgrammeFileError as error:
        messages.error(request, str(error))
        return ""
