"""Forms: looking for villages, filing evidence, writing down visits."""

from typing import Any

from django import forms

from accounts.models import User
from common.uploads import ACCEPT
from villages.models import Evidence, Programme, Village, VillageKind, Visit


class VillageFilterForm(forms.Form):
    """Name, township, programme, kind, target year; a field that cannot be read does not narrow the list."""

    name = forms.CharField(label="村（社区）", max_length=60, required=False)
    township = forms.ChoiceField(label="乡镇（街道）", required=False)
    programme = forms.ModelChoiceField(
        label="创建方案", queryset=Programme.objects.none(), required=False, empty_label="全部"
    )
    kind = forms.ChoiceField(label="类别", required=False)
    target_year = forms.TypedChoiceField(label="计划创建年", coerce=int, empty_value=None, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        programmes = Programme.objects.visible_to(user)
        years = sorted({year for programme in programmes for year in programme.years})
        kinds = VillageKind.objects.visible_to(user).order_by("name")
        self.fields["programme"].queryset = programmes
        self.fields["township"].choices = [("", "全部"), *Village.objects.visible_to(user).townships()]
        self.fields["kind"].choices = [
            ("", "全部"),
            *((name, name) for name in kinds.values_list("name", flat=True).distinct()),
        ]
        self.fields["target_year"].choices = [("", "全部"), *((year, f"{year} 年") for year in years)]

    def conditions(self) -> dict[str, Any]:
        """What `VillageQuerySet.matching` takes."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}


class EvidenceForm(forms.ModelForm):
    """A file and what it shows; the service looks into the file."""

    class Meta:
        model = Evidence
        fields = ("title", "file")
        labels = {"title": "这份材料说明什么", "file": "文件"}
        help_texts = {
            "title": "例如：2025年10月养老保险参保花名册。",
            "file": "PDF、OFD、照片（jpg、png）、docx 或 xlsx，不超过 20 MB。",
        }
        widgets = {"file": forms.FileInput(attrs={"accept": ACCEPT})}
        error_messages = {"file": {"empty": "文件是空的，请重新选择。"}}


class VisitForm(forms.ModelForm):
    class Meta:
        model = Visit
        fields = ("visit_date", "leader", "topic")
        help_texts = {"topic": "写清楚了解到什么、定了什么事、谁来办。"}
        widgets = {
            "visit_date": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            "topic": forms.Textarea(attrs={"rows": 3}),
        }
