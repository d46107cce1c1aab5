"""The shared pieces of the pages: what they print, and that the content security policy can hold them."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.template.loader import get_template, render_to_string
from django.views.defaults import bad_request, server_error

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
POSTING = {path.name for path in TEMPLATES if "{% csrf_token %}" in path.read_text()}
CUT_OFF = re.compile(r"""{% include "[\w/]*?(\w+\.html)"([^%]*?) only %}""")
INLINE = re.compile(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|<script(?![^>]*\ssrc=)|javascript:""")


class InsuredForm(forms.Form):
    insured = forms.IntegerField(label="参保人数", help_text="截至月末。", max_value=1480)
    note = forms.CharField(label="说明", required=False)


def component(name, **context):
    return render_to_string(f"components/{name}.html", context)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_template_carries_no_inline_script_or_style(path: Path):
    assert not INLINE.search(path.read_text())


def forms_without_token(text: str) -> list[str]:
    """What `only` cuts off from the token, although it posts: every press would be refused."""
    return [name for name, given in CUT_OFF.findall(text) if name in POSTING and "csrf_token=" not in given]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_a_form_drawn_from_elsewhere_keeps_its_token(path: Path):
    assert forms_without_token(path.read_text()) == []


def test_the_search_for_forms_without_token_finds_them():
    text = '{% include "components/button.html" with url=url label="撤回" only %}'

    assert forms_without_token(text) == ["button.html"]
    assert forms_without_token(text.replace("only", "csrf_token=csrf_token only")) == []


def test_the_search_for_inline_code_finds_it():
    found = [
        INLINE.search(text)
        for text in [
            '<p style="x">',
            '<a onclick="x">',
            "<script>x</script>",
            "<style>",
            '<script type="module">',
        ]
    ]

    assert all(found)
    assert not INLINE.search('<script type="module" src="/static/js/a.js"></script>')


def test_a_verdict_is_said_by_mark_and_word():
    html = component("verdict", verdict="unmet")

    assert "✕" in html
    assert "未达标" in html


def test_a_short_verdict_still_has_its_word_for_those_who_listen():
    html = component("verdict", verdict="no_data", short=True)

    assert '<span class="visually-hidden">缺数据</span>' in html


def test_an_error_stands_at_its_field_and_in_a_summary_that_leads_there():
    form = InsuredForm({"insured": "1520"})

    html = component("form", form=form)

    assert 'href="#id_insured"' in html
    assert 'id="id_insured_error"' in html
    assert 'aria-describedby="id_insured_helptext id_insured_error"' in html
    assert html.count("不能大于 1480") == 2


def test_a_form_without_errors_shows_no_summary():
    assert "error-summary" not in component("form", form=InsuredForm())


def test_turning_a_page_keeps_the_filter(rf):
    paginator = Paginator(range(100), 20)
    page = paginator.page(2)
    request = rf.get("/", {"township": "640181100", "page": "2"})

    html = get_template("components/pagination.html").render(
        {"page": page, "pages": paginator.get_elided_page_range(2)}, request
    )

    assert 'href="?township=640181100&amp;page=3"' in html
    assert "第 21\N{EN DASH}40 条" in html


def test_what_a_person_typed_is_never_markup():
    html = component(
        "history", entries=[{"at": None, "who": "<b>马</b>", "action": "上报", "reason": "<script>"}]
    )

    assert "<script>" not in html
    assert "<b>" not in html


def test_a_chart_carries_its_options_as_data():
    html = component("chart", id="money", options={"title": "</script>"}, label="资金")

    assert 'data-chart="money-options"' in html
    assert '<script id="money-options" type="application/json">' in html
    assert html.count("</script>") == 1


@pytest.mark.parametrize("view", [server_error, lambda request: bad_request(request, ValueError())])
def test_errors_can_be_told_without_a_database_or_a_person(rf, view):
    response = view(rf.get("/"))

    assert "什么也没有改动" in response.content.decode() or "没有留下一半的改动" in response.content.decode()


@pytest.mark.parametrize(
    ("query", "is_open"),
    [({}, False), ({"page": "2"}, False), ({"note": ""}, False), ({"note": "核实", "page": "2"}, True)],
)
def test_the_filters_are_unfolded_on_a_phone_where_one_is_set(rf, query, is_open):
    bar = component("filter_bar", form=InsuredForm(query), request=rf.get("/", query))

    assert ('class="filter-fold" open' in bar) is is_open
