"""The pages that others are measured against: an empty one, and a table that a template prints."""

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.urls import include, path

TABLE = Template(
    """<table><thead><tr><th></th>{% for name in names %}<th>{{ name }}</th>{% endfor %}</tr></thead>
    <tbody>{% for village, figures in rows %}<tr><th>{{ village }}</th>
    {% for figure in figures %}<td>{{ figure }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>"""
)
rows: list[tuple[str, list[str]]] = []
names: list[str] = []


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def table(request: HttpRequest) -> HttpResponse:
    """The same figures as the grid's, known already."""
    return HttpResponse(print_table())


def print_table() -> str:
    return TABLE.render(Context({"names": names, "rows": rows}))


urlpatterns = [
    path("empty/", empty),
    path("table/", table),
    path("", include("config.urls")),
]
