"""Reference tables that go in and out as workbooks, under the same gates and with the same trail."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ImportExportModelAdmin
from import_export.formats.base_formats import XLSX
from import_export.forms import ExportForm, ImportForm
from import_export.results import Result
from import_export.tmp_storages import CacheStorage

from accounts import audit
from accounts.admin.permissioned import PermissionedAdmin
from accounts.permissions import Permission, allows
from common import clock
from common.archives import check_sheet_reach
from common.uploads import check_text, check_upload

IMPORT_MAX_BYTES = 5 * 1024 * 1024


class CheckedImportForm(ImportForm):
    """The workbook passes the checks of every upload, and reaches no further than a table does."""

    def clean_import_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["import_file"]
        if (upload.name or "").lower().endswith(".csv"):
            check_text(upload, max_bytes=IMPORT_MAX_BYTES)
        else:
            check_upload(upload, max_bytes=IMPORT_MAX_BYTES)
            check_sheet_reach(upload)
        upload.seek(0)
        return upload


class ReferenceTableAdmin(PermissionedAdmin, ImportExportModelAdmin):
    """A page of the back office with import and export of workbooks.

    `resource_classes` says which columns; each is a ScopedResource.
    """

    formats = (XLSX,)
    import_form_class = CheckedImportForm
    export_form_class = ExportForm  # the one with boxes to tick carries scripts that the policy refuses
    tmp_storage_class = CacheStorage  # not a folder that everything else on the machine writes to
    skip_admin_log = True
    show_change_form_export = False

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.may_add and self.may_change and allows(request.user, self.permission)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return allows(request.user, self.permission) and allows(request.user, Permission.EXPORT)

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **kwargs: Any) -> Result:
        """Write the rows and the trail together or not at all."""
        with transaction.atomic():
            result = super().process_dataset(dataset, form, request, **kwargs)
            if not result.has_errors() and not result.has_validation_errors():
                self._record_table(request, "导入", totals=dict(result.totals))
        return result

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet, **kwargs: Any
    ) -> Any:
        data = super().get_export_data(file_format, request, queryset, **kwargs)
        self._record_table(request, "导出", rows=queryset.count())
        return data

    def _record_table(self, request: HttpRequest, what: str, **detail: Any) -> None:
        audit.record(
            actor=request.user,
            action=f"{self.opts.verbose_name}：{what}",
            subject=self.model,
            now=clock.now(),
            division_code=request.user.division_code,
            **detail,
        )
