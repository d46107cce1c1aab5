"""Which programme and which year the leaders' dashboard shows."""

from typing import Any

from django import forms

from accounts.models import User
from villages.models import Programme


class OverviewForm(forms.Form):
    """Two choices in the address; anything unknown falls back to the current programme and year."""

    programme = forms.ModelChoiceField(
        Programme.objects.none(), label="方案", to_field_name="code", required=False, empty_label=None
    )
    year = forms.TypedChoiceField(label="年度", coerce=int, required=False)

    def __init__(self, *args: Any, user: User, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.this_year = year
        seen = Programme.objects.visible_to(user)
        self.fields["programme"].queryset = seen
        years = sorted({y for programme in seen for y in programme.years if y <= year}, reverse=True)
        self.fields["year"].choices = [(y, f"{y}年") for y in years or [year]]
        self.is_valid()

    @property
    def programme_code(self) -> str:
        """The code of the programme that was asked for, or nothing."""
        programme = self.cleaned_data.get("programme")
        return programme.code if programme else ""

    @property
    def chosen_year(self) -> int:
        """The year that was asked for, else the latest that the programmes have seen."""
        return self.cleaned_data.get("year") or self.fields["year"].choices[0][0]
