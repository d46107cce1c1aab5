"""The ledger and its history keep their keys: held by triggers, a statement at a time."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction

from indicators.models import DataElement, LedgerLine, MonthlyReport, ValueChange
from tests.factories import DataElementFactory, UserFactory, VillageFactory
from tests.indicators.month_scene import NOW, set_scene
from villages.models import Village

pytestmark = pytest.mark.django_db

NOBODY = 99_999_999


@pytest.fixture
def scene():
    scene = set_scene()
    scene.save({scene.due: 1480, scene.insured: 1400})
    return scene


@pytest.fixture
def committed(transactional_db):
    return set_scene()


def line(village: int, element: int) -> LedgerLine:
    return LedgerLine(year=2024, village_id=village, element_id=element, m01=1)


def change(scene, **keys: int) -> ValueChange:
    given = {"report_id": scene.report.pk, "element_id": scene.due.pk, "by_id": scene.clerk.pk}
    return ValueChange(version=9, new=1, at=NOW, **(given | keys))


@pytest.mark.parametrize("column", ["village", "element"])
def test_no_line_without_its_village_and_element(scene, column):
    keys = {"village": scene.village.pk, "element": scene.plan.pk}
    lines = [line(**keys), line(**(keys | {column: NOBODY}))]

    with pytest.raises(IntegrityError, match=f"indicators_ledgerline.{column}_id"), transaction.atomic():
        LedgerLine.objects.bulk_create(lines)

    assert not LedgerLine.objects.filter(year=2024).exists()


@pytest.mark.parametrize("column", ["report_id", "element_id", "by_id"])
def test_no_history_without_its_month_element_and_person(scene, column):
    before = ValueChange.objects.count()

    with pytest.raises(IntegrityError, match=f"indicators_valuechange.{column}"), transaction.atomic():
        ValueChange.objects.bulk_create([change(scene), change(scene, **{column: NOBODY})])

    assert ValueChange.objects.count() == before


@pytest.mark.parametrize(
    ("table", "pk"),
    [("village", "village"), ("element", "due"), ("report", "report"), ("person", "clerk")],
)
def test_no_parent_is_deleted_under_its_rows(scene, table, pk):
    model = {"village": Village, "element": DataElement, "report": MonthlyReport, "person": type(scene.clerk)}
    rows = model[table]._base_manager.filter(pk=getattr(scene, pk).pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows._raw_delete(using="default")

    assert rows.exists()


def test_a_parent_of_nothing_is_deleted(db):
    village, element, person = VillageFactory(code="640181101299"), DataElementFactory(), UserFactory()

    for one in (village, element, person):
        type(one)._base_manager.filter(pk=one.pk)._raw_delete(using="default")

    assert not Village.objects.filter(pk=village.pk).exists()
    assert not DataElement.objects.filter(pk=element.pk).exists()


def test_no_key_is_changed(scene):
    lines = LedgerLine.objects.filter(element=scene.due)

    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        lines.update(element_id=scene.plan.pk)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Village.objects.filter(pk=scene.village.pk).update(id=NOBODY)

    assert lines.update(m10=7) == 1


@pytest.mark.parametrize("is_written", [True, False])
def test_a_parent_that_is_being_deleted_takes_no_rows(committed, is_written):
    """Whoever comes second waits for the first, and is then told what it did."""
    village = VillageFactory(code="640181101299")
    began, outcome = threading.Event(), []

    def delete() -> None:
        try:
            with transaction.atomic():
                began.wait(10)
                Village.objects.filter(pk=village.pk)._raw_delete(using="default")
            outcome.append(None)
        except IntegrityError as error:
            outcome.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=delete)
    thread.start()
    with transaction.atomic():
        LedgerLine.objects.bulk_create([line(village.pk, committed.due.pk)])
        began.set()
        thread.join(1)
        assert thread.is_alive()  # it waits
        transaction.set_rollback(not is_written)
    thread.join(10)

    assert isinstance(outcome[0], IntegrityError) is is_written
    assert Village.objects.filter(pk=village.pk).exists() is is_written
