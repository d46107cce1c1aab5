"""Django's own sentences as people read them here."""

import gettext
import re
from pathlib import Path

from django import forms
from django.conf import settings

LOCALE = Path(settings.LOCALE_PATHS[0]) / "zh_Hans" / "LC_MESSAGES"


def test_an_empty_field_is_asked_for_kindly():
    class OneField(forms.Form):
        amount = forms.DecimalField(label="金额", max_value=100)

    assert OneField({}).errors["amount"] == ["请填写这一项。"]
    assert OneField({"amount": "abc"}).errors["amount"] == ["请填数字。"]
    assert OneField({"amount": "101"}).errors["amount"] == ["不能大于 100，请核对。"]


def test_the_compiled_sentences_are_those_of_the_source():
    written = set(re.findall(r'^msgstr(?:\[0\])? "(.+)"$', (LOCALE / "django.po").read_text(), re.MULTILINE))

    with (LOCALE / "django.mo").open("rb") as file:
        compiled = set(gettext.GNUTranslations(file)._catalog.values())

    assert written
    assert written <= compiled
