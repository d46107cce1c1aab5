"""A programme file as a person hands it in: chosen, or pasted and edited on the page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from programme_files.problems import ProgrammeFileError
from programme_files.yaml_nodes import decode

MOST_BYTES = 1024 * 1024
ENDINGS = (".yaml", ".yml")
TOO_LARGE = "方案文件不能超过 1 MB。"


class ProgrammeFileForm(forms.Form):
    """`cleaned_data["text"]` is the whole text, wherever it came from."""

    file = forms.FileField(
        label="方案文件",
        required=False,
        allow_empty_file=True,
        help_text="扩展名为 .yaml，UTF-8 编码，不超过 1 MB。选了文件的，以文件为准。",
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    text = forms.CharField(
        label="或者把内容粘贴在这里",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "file-text", "spellcheck": "false"}),
    )

    def clean_file(self) -> str:
        """The text of the file; nothing where none was chosen."""
        upload: UploadedFile | None = self.cleaned_data["file"]
        if upload is None:
            return ""
        if not (upload.name or "").lower().endswith(ENDINGS):
            raise ValidationError("请选择扩展名为 .yaml 的方案文件。")
        if (upload.size or 0) > MOST_BYTES:
            raise ValidationError(TOO_LARGE)
        try:
            text = decode(upload.read())
        except ProgrammeFileError as error:
            raise ValidationError(str(error)) from error
        if not text.strip():
            raise ValidationError("文件是空的，请重新选择。")
        return text

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        if len(text.encode()) > MOST_BYTES:
            raise ValidationError(TOO_LARGE)
        return text

    def clean(self) -> dict[str, Any]:
        """One text with plain line ends: a browser sends every pasted line with a carriage return."""
        cleaned = super().clean() or self.cleaned_data
        text = cleaned.get("file") or cleaned.get("text") or ""
        if not text.strip() and not self.errors:
            raise ValidationError("请选择方案文件，或者粘贴文件内容。")
        cleaned["text"] = text.replace("\r\n", "\n").replace("\r", "\n")
        return cleaned


class ConfirmForm(forms.Form):
    """The same text again, with the seal of what was shown."""

    text = forms.CharField(strip=False, max_length=MOST_BYTES)
    seal = forms.CharField(max_length=64)

    def clean_text(self) -> str:
        return self.cleaned_data["text"].replace("\r\n", "\n").replace("\r", "\n")
