from django.urls import path, re_path

from indicators.views import (
    areas,
    month_batch,
    month_carry,
    month_figure,
    month_lists,
    month_rules,
    months,
    standards,
    verdicts,
    why,
)

app_name = "indicators"

MONTH = r"(?P<year>[0-9]{4})/(?P<month>[0-9]{1,2})"
FIGURE = rf"(?P<code>[0-9]{{12}})/{MONTH}/figures/(?P<element>[0-9]{{1,9}})"

urlpatterns = [
    path("months/", month_lists.months, name="months"),
    re_path(rf"^months/(?P<code>[0-9]{{12}})/{MONTH}/$", months.month, name="month"),
    re_path(rf"^months/(?P<code>[0-9]{{12}})/{MONTH}/carry/$", month_carry.village, name="month_carry"),
    re_path(rf"^months/carry/(?P<code>[0-9]{{9}})/{MONTH}/$", month_carry.township, name="township_carry"),
    re_path(rf"^months/{FIGURE}/$", month_figure.figure, name="figure"),
    re_path(rf"^months/{FIGURE}/files/$", month_figure.figure_file, name="figure_file"),
    path("months/<int:pk>/<slug:step>/", months.month_step, name="month_step"),
    path("review/", month_lists.review, name="review"),
    path("review/accept/", month_batch.accept, name="accept_batch"),
    path("rules/<slug:code>/", month_rules.rules, name="rules"),
    path("areas/", areas.area, name="areas"),
    path("verdicts/", verdicts.verdicts, name="verdicts"),
    path("verdicts/<slug:code>/<int:year>/", verdicts.matrix, name="matrix"),
    path("verdicts/<slug:code>/<int:year>/xlsx/", verdicts.compliance_xlsx, name="compliance_xlsx"),
    path("why/<int:pk>/<str:scope_code>/<int:year>/", why.why, name="why"),
    path("standards/<slug:code>/", standards.standards, name="standards"),
    path("standard/<int:pk>/", standards.standard, name="standard"),
    re_path(rf"^ledger/{MONTH}/$", month_lists.ledger_xlsx, name="ledger_xlsx"),
]
