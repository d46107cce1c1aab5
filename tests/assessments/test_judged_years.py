"""A village's year that was handed in is judged by the programme as it read then, come what may."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from openpyxl import load_workbook

from assessments.models import Snapshot
from assessments.services import reviews
from indicators.engine import compute
from indicators.models import JudgedYear, Standard, Verdict, Yardstick, YardstickLine
from indicators.services.judged_years import year_hold
from tests.assessments.scene import DEADLINE, NOW
from tests.factories import EnrolmentFactory, VillageFactory, VillageKindFactory


def _threshold(scene, wanted: str) -> None:
    Standard.objects.filter(pk=scene.measured.pk).update(threshold=wanted)
    compute(scene.programme, 2025, now=NOW)


def _verdict(scene) -> tuple:
    kept = Verdict.objects.get(standard=scene.measured, village=scene.village, year=2025)
    return kept.status, kept.threshold


def test_an_awarded_village_keeps_its_verdicts_when_a_threshold_changes(scene):
    scene.reach("awarded")

    _threshold(scene, "99")

    assert _verdict(scene) == ("met", 98)


def test_another_village_of_the_same_year_follows_the_change(scene):
    scene.reach("awarded")
    village = VillageFactory(code="640181101220", name="泾灵北村")
    EnrolmentFactory(village=village)

    _threshold(scene, "99")

    other = Verdict.objects.get(standard=scene.measured, village=village, year=2025)
    assert (other.status, other.threshold) == ("no_data", 99)


def test_another_year_of_the_awarded_village_follows_the_change(scene):
    scene.reach("awarded")
    Standard.objects.filter(pk=scene.measured.pk).update(threshold="99")

    compute(scene.programme, 2024, now=NOW)

    assert Verdict.objects.get(standard=scene.measured, village=scene.village, year=2024).threshold == 99


def test_the_year_is_kept_from_the_moment_it_was_handed_in(scene):
    scene.reach("submitted")

    _threshold(scene, "99")

    assert _verdict(scene) == ("met", 98)


def test_a_verdict_follows_late_figures_as_long_as_the_standard_reads_the_same(scene):
    scene.reach("awarded")

    scene.insure(190)

    assert _verdict(scene)[0] == "near"


@pytest.mark.parametrize(
    "change",
    [
        {"comparator": ">"},
        {"places": 0},
        {"near_margin": 1},
        {"first_year": 2026, "last_year": 2026},
    ],
)
def test_any_change_of_what_decides_leaves_the_verdict_as_it_was(scene, change):
    scene.reach("awarded")
    Standard.objects.filter(pk=scene.measured.pk).update(**change)
    scene.insure(100)

    compute(scene.programme, 2025, now=NOW)

    assert _verdict(scene) == ("met", 98)


def test_a_changed_formula_leaves_the_verdict_as_it_was(scene):
    scene.reach("awarded")
    indicator = scene.measured.indicator
    indicator.expression = "health_insured / health_due * 10"
    indicator.save()

    compute(scene.programme, 2025, now=NOW)

    assert _verdict(scene) == ("met", 98)


def test_another_kind_of_village_leaves_the_verdict_as_it_was(scene):
    labour = VillageKindFactory(code="labour", name="劳务移民社区")
    scene.measured.kinds.set([scene.enrolment.kind])
    scene.reach("awarded")
    scene.enrolment.kind = labour
    scene.enrolment.save()

    compute(scene.programme, 2025, now=NOW)

    assert _verdict(scene) == ("met", 98)


def test_what_goes_back_is_judged_by_the_programme_as_it_is_handed_in_again(scene):
    application = scene.reach("returned")

    _threshold(scene, "99")
    at_return = _verdict(scene)
    scene.mend(application)
    scene.submit(application)
    _threshold(scene, "97")

    assert (at_return, _verdict(scene)) == (("near", 99), ("near", 99))


def test_what_was_withdrawn_is_no_longer_kept(scene):
    application = scene.reach("submitted")
    scene.withdraw(application)

    _threshold(scene, "99")

    assert _verdict(scene) == ("near", 99)


def test_a_year_that_lapsed_keeps_what_it_ended_with(scene):
    application = scene.reach("returned")
    later = NOW.replace(month=11, day=DEADLINE.day) + timedelta(days=1)
    reviews.application_lapse(application=application, actor=scene.bureau, now=later, comment="逾期未整改")

    _threshold(scene, "99")

    assert _verdict(scene) == ("met", 98)


def test_the_page_of_the_application_stays_as_it_was(scene, client):
    application = scene.reach("awarded")
    client.force_login(scene.bureau)
    before = client.get(reverse("assessments:detail", args=[application.pk])).content.decode()

    _threshold(scene, "99")

    after = client.get(reverse("assessments:detail", args=[application.pk])).content.decode()
    assert "98" in before
    assert _main(after) == _main(before)


def test_the_reasons_of_a_kept_verdict_are_those_it_was_judged_by(scene, client):
    scene.reach("awarded")
    client.force_login(scene.bureau)

    _threshold(scene, "99")

    page = client.get(
        reverse("indicators:why", args=[scene.measured.pk, scene.village.code, 2025])
    ).content.decode()
    assert "不低于 98%" in page
    assert "99%" not in page
    assert "已提交评定" in page


def test_the_workbook_names_the_target_that_was_judged_by(scene, client):
    scene.reach("awarded")
    client.force_login(scene.bureau)

    _threshold(scene, "99")

    answer = client.get(reverse("indicators:compliance_xlsx", args=["lingwu", 2025]))
    book = load_workbook(BytesIO(answer.getvalue()))
    texts = {str(cell.value) for row in book["2025年达标明细"].iter_rows() for cell in row}
    assert "不低于 98%" in texts
    assert "不低于 99%" not in texts


def test_a_standard_that_left_the_year_stays_in_the_matrix_of_who_was_judged_by_it(scene, client):
    scene.reach("awarded")
    client.force_login(scene.bureau)
    Standard.objects.filter(pk=scene.measured.pk).update(first_year=2026, last_year=2026)
    compute(scene.programme, 2025, now=NOW)

    page = client.get(reverse("indicators:matrix", args=["lingwu", 2025])).content.decode()

    assert "S12" in page


def test_two_villages_judged_by_the_same_words_share_them(scene):
    scene.reach("awarded")
    village = VillageFactory(code="640181101220", name="泾灵北村")
    EnrolmentFactory(village=village)

    year_hold(programme=scene.programme, village=village, year=2025, now=NOW)

    assert JudgedYear.objects.count() == 2
    assert Yardstick.objects.count() == 1
    assert set(YardstickLine.objects.values_list("target", flat=True)) == {"不低于 98%", "由评审判定"}


def test_the_database_refuses_to_rewrite_what_a_year_was_judged_by(scene):
    scene.reach("awarded")

    with pytest.raises(DatabaseError), transaction.atomic():
        YardstickLine.objects.update(target="不低于 1%")

    assert Snapshot.objects.count() == 1


def _main(page: str) -> str:
    return page[page.index("<main") :]
