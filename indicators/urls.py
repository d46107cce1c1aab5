from django.urls import path, re_path

from indicators.views import (
    amendments,
    areas,
    completeness,
    grid,
    grid_cells,
    grid_strip,
    late_permits,
    month_batch,
    month_carry,
    month_figure,
    month_lists,
    month_rules,
    months,
    requests,
    standards,
    verdicts,
    why,
)

app_name = "indicators"

MONTH = r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})"
CELL = rf"(?P<code>[0-9]{{12}})/{MONTH}/(?P<pk>[0-9]{{1,9}})"
FIGURE = rf"(?P<code>[0-9]{{12}})/{MONTH}/figures/(?P<element>[0-9]{{1,9}})"

urlpatterns = [
    path("months/", month_lists.months, name="months"),
    re_path(rf"^months/(?P<code>[0-9]{{12}})/{MONTH}/$", months.month, name="month"),
    re_path(rf"^months/(?P<code>[0-9]{{12}})/{MONTH}/carry/$", month_carry.village, name="month_carry"),
    re_path(rf"^months/carry/(?P<code>[0-9]{{9}})/{MONTH}/$", month_carry.township, name="township_carry"),
    re_path(rf"^months/{FIGURE}/$", month_figure.figure, name="figure"),
    re_path(rf"^months/{FIGURE}/files/$", month_figure.figure_file, name="figure_file"),
    path("months/<int:pk>/<slug:step>/", months.month_step, name="month_step"),
    path("grid/", grid.grid, name="grid"),
    re_path(rf"^grid/(?P<code>[0-9]{{9}})/{MONTH}/$", grid.township, name="township_grid"),
    re_path(r"^grid/(?P<code>[0-9]{12})/(?P<year>[0-9]{4})/$", grid.village, name="village_grid"),
    path("grid/cells/", grid_cells.cells, name="cells"),
    path("grid/session/", grid_cells.session, name="grid_session"),
    re_path(rf"^grid/cell/{CELL}/$", grid_strip.cell, name="cell"),
    re_path(rf"^grid/moves/{CELL}/$", grid_strip.moves, name="moves"),
    path("review/", month_lists.review, name="review"),
    path("review/accept/", month_batch.accept, name="accept_batch"),
    path("rules/<slug:code>/", month_rules.rules, name="rules"),
    re_path(rf"^months/(?P<code>[0-9]{{12}})/{MONTH}/permit/$", late_permits.ask, name="permit_ask"),
    re_path(rf"^months/(?P<code>[0-9]{{12}})/{MONTH}/amend/$", amendments.ask, name="amendment_ask"),
    path("requests/", requests.requests, name="requests"),
    path("permits/<int:pk>/", late_permits.permit, name="permit"),
    path("permits/<int:pk>/answer/", late_permits.permit_answer, name="permit_answer"),
    path("amendments/<int:pk>/", amendments.amendment, name="amendment"),
    path("amendments/<int:pk>/answer/", amendments.amendment_answer, name="amendment_answer"),
    path("completeness/", completeness.completeness, name="completeness"),
    path("areas/", areas.area, name="areas"),
    path("verdicts/", verdicts.verdicts, name="verdicts"),
    path("verdicts/<slug:code>/<int:year>/", verdicts.matrix, name="matrix"),
    path("verdicts/<slug:code>/<int:year>/xlsx/", verdicts.compliance_xlsx, name="compliance_xlsx"),
    path("why/<int:pk>/<str:scope_code>/<int:year>/", why.why, name="why"),
    path("standards/<slug:code>/", standards.standards, name="standards"),
    path("standard/<int:pk>/", standards.standard, name="standard"),
    re_path(rf"^ledger/{MONTH}/$", month_lists.ledger_xlsx, name="ledger_xlsx"),
]
