"""From the preview into the ledger: whole or not at all, over the figures that were shown, and no others."""

import threading
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent
from common.transitions import TransitionError
from indicators import tasks
from indicators.models import ImportedRow, LedgerLine, MonthlyReport, ValueChange, WorkbookImport
from indicators.models.imports import KEPT
from indicators.models.verdicts import LEASE
from indicators.month_books import applying, running
from indicators.month_books.cells import ColumnReader, masked
from indicators.month_books.mapping import ColumnPlan
from indicators.month_books.periods import read_month
from indicators.month_books.titles import read_title
from indicators.month_books.villages import bare_name, code_digits, is_total
from indicators.services import imports
from tests.factories import DataElementFactory
from tests.indicators.book_scene import HEADS, NORTH, SOUTH, BookScene
from tests.indicators.month_scene import NOW, OCTOBER

FIGURES = ["pension_due", "pension_insured", "greening"]


@pytest.fixture
def scene(db):
    return BookScene()


def test_what_was_shown_is_written_with_history_and_one_line_in_the_trail(scene):
    workbook = scene.apply(scene.read([HEADS, SOUTH, NORTH]))

    assert (workbook.state, workbook.counts["written"]) == ("done", 6)
    assert [scene.value(scene.south, code) for code in FIGURES] == [1480, 1410, Decimal("45.5")]
    report = MonthlyReport.objects.get(village=scene.north, month=OCTOBER)
    changes = ValueChange.objects.filter(report=report)
    assert {(c.version, c.old, c.by, c.way) for c in changes} == {(1, None, scene.clerk, "imported")}
    assert (report.version, changes.count()) == (1, 3)
    event = AuditEvent.objects.get(action="月报：导入表格")
    assert (event.detail["figures"], event.detail["months"], event.division_code) == (6, 2, "640181101")


def test_only_what_differs_is_written(scene):
    scene.apply(scene.read([HEADS, SOUTH, NORTH]))

    workbook = scene.read([HEADS, (*SOUTH[:3], 46), NORTH])
    scene.apply(workbook)

    assert scene.counts(workbook) == {"changed": 1, "unchanged": 5}
    assert (scene.months.report.version, scene.value(scene.south, "greening")) == (2, 46)
    assert MonthlyReport.objects.get(village=scene.north).version == 1


def test_blank_cells_leave_the_ledger_as_it_is(scene):
    scene.apply(scene.read([HEADS, SOUTH]))

    workbook = scene.read([HEADS, ("泾灵南村", None, 1400, "")])
    scene.apply(workbook)

    assert [scene.value(scene.south, code) for code in FIGURES] == [1480, 1400, Decimal("45.5")]


def test_refused_figures_stay_out_and_the_rest_goes_in(scene):
    workbook = scene.apply(scene.read([HEADS, ("泾灵南村", 1480, "约1410", 145), NORTH]))

    assert scene.counts(workbook) == {"new": 4, "refused": 2}
    assert [scene.value(scene.south, code) for code in FIGURES] == [1480, None, None]


def test_a_figure_that_is_given_is_applicable_again(scene):
    scene.months.save({scene.months.due: 1})
    report = scene.months.report
    report.notes.create(
        element=scene.months.insured, is_not_applicable=True, remark="没有", by=scene.clerk, at=NOW
    )

    scene.apply(scene.read([HEADS, SOUTH]))

    assert not report.notes.get().is_not_applicable


def test_a_department_brings_in_its_own_figures_for_all_villages(scene):
    rows = [["村名", "医保参保人数", "参保人数"], ["泾灵南村", 1500, 1410], ["泾灵北村", 990, 950]]

    workbook = scene.read(rows, actor=scene.months.officer)
    scene.apply(workbook)

    assert scene.outcomes(workbook) == {2: "nr", 3: "nr"}
    assert "由乡镇（街道）填报" in scene.reasons(workbook)[0]
    assert scene.value(scene.north, "medical_insured") == 990


def test_a_township_does_not_bring_in_what_a_department_provides(scene):
    scene.months.save({scene.months.medical: 1500}, actor=scene.months.officer)

    workbook = scene.read([["村名", "医保参保人数"], ["泾灵南村", 1500], ["泾灵北村", 990]])

    assert scene.outcomes(workbook) == {2: "u", 3: "r"}  # the same figure is no trespass
    assert "“医保参保人数”由医保局填报，不能由您导入。" in scene.reasons(workbook)


def test_an_element_that_a_village_is_not_asked_for_is_refused(scene):
    scene.months.ask_only(scene.months.insured)

    workbook = scene.read([HEADS, SOUTH])

    assert scene.outcomes(workbook) == {2: "nrn"}
    assert scene.reasons(workbook) == ["这个村（社区）不填“参保人数”。"]


def test_a_month_that_was_submitted_takes_nothing(scene):
    scene.months.fill()
    scene.months.submit()

    workbook = scene.read([HEADS, ("泾灵南村", 1480, 1, 45.5), NORTH])

    assert scene.outcomes(workbook) == {2: "uru", 3: "nnn"}
    assert scene.reasons(workbook) == ["本月已于 11-12 上报，需修改请向振兴局申请退回。"]


def test_a_month_that_has_not_come_takes_nothing(scene):
    workbook = scene.read([HEADS, SOUTH], month=OCTOBER.replace(month=12))

    assert scene.outcomes(workbook) == {2: "rrr"}
    assert "12月还没有到" in scene.reasons(workbook)[0]


def test_a_month_that_is_locked_takes_nothing(scene):
    scene.months.programme.month_lock_days = 1
    scene.months.programme.save()

    workbook = scene.read([HEADS, SOUTH])

    assert scene.outcomes(workbook) == {2: "rrr"}
    assert "已锁定" in scene.reasons(workbook)[0]


def test_after_a_return_only_what_was_marked_is_open(scene):
    scene.months.fill()
    scene.months.submit()
    scene.months.give_back()
    scene.months.report.notes.create(
        element=scene.months.insured, mark="请核对", by=scene.months.bureau, at=NOW
    )

    workbook = scene.read([HEADS, ("泾灵南村", 1, 1400, 1)])

    assert scene.outcomes(workbook) == {2: "rcr"}


def test_a_second_return_that_marks_other_figures_brings_the_preview_back(scene):
    def give_back(element):
        scene.months.submit()
        scene.months.give_back()
        scene.months.report.notes.update(mark="")
        scene.months.report.notes.create(element=element, mark="请核对", by=scene.months.bureau, at=NOW)

    scene.months.fill()
    give_back(scene.months.insured)
    workbook = scene.read([HEADS, ("泾灵南村", 1, 1400, 1)])
    give_back(scene.months.due)

    workbook = scene.apply(workbook)

    assert (workbook.state, scene.outcomes(workbook)) == ("preview", {2: "crr"})
    assert scene.value(scene.south, "pension_insured") != 1400


# --- the preview must still stand ----------------------------------------------------------------
def test_a_figure_that_moved_after_the_preview_brings_it_back(scene):
    workbook = scene.read([HEADS, SOUTH])
    scene.months.save({scene.months.due: 7})

    workbook = scene.apply(workbook)

    assert (workbook.state, scene.outcomes(workbook)) == ("preview", {2: "cnn"})
    assert "请按现在的情况重新核对" in workbook.notice
    assert scene.value(scene.south, "pension_due") == 7
    assert scene.apply(workbook).state == "done"
    assert scene.value(scene.south, "pension_due") == 1480


def test_another_figure_of_the_month_that_moved_does_no_harm(scene):
    workbook = scene.read([HEADS, SOUTH])
    scene.months.save({scene.months.stars: 3})

    workbook = scene.apply(workbook)

    assert (workbook.state, scene.months.report.version) == ("done", 2)


def test_a_month_that_was_submitted_after_the_preview_is_not_written(scene):
    workbook = scene.read([HEADS, SOUTH, NORTH])
    scene.months.fill()
    scene.months.submit()

    workbook = scene.apply(workbook)

    assert (workbook.state, scene.outcomes(workbook)) == ("preview", {2: "uuu", 3: "nnn"})
    assert scene.value(scene.north, "greening") is None


def test_the_next_day_the_preview_is_compared_anew(scene):
    workbook = scene.read([HEADS, SOUTH])
    scene.months.programme.month_lock_days = 1
    scene.months.programme.save()
    imports.import_apply(workbook=workbook, actor=scene.clerk, now=NOW)

    imports.import_run(import_id=workbook.pk, tick=lambda: NOW + timedelta(days=1))

    workbook.refresh_from_db()
    assert (workbook.state, scene.outcomes(workbook)) == ("preview", {2: "rrr"})


def test_an_error_midway_writes_nothing(scene, monkeypatch):
    workbook = scene.read([HEADS, SOUTH, NORTH])
    monkeypatch.setattr(applying.audit, "record", lambda **_: 1 / 0)
    imports.import_apply(workbook=workbook, actor=scene.clerk, now=NOW)
    monkeypatch.undo()

    monkeypatch.setattr(applying, "_leave_trail", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        imports.import_run(import_id=workbook.pk, tick=lambda: NOW)

    workbook.refresh_from_db()
    assert (workbook.state, LedgerLine.objects.count(), ValueChange.objects.count()) == ("applying", 0, 0)
    monkeypatch.undo()
    imports.import_run(import_id=workbook.pk, tick=lambda: NOW + timedelta(seconds=1))
    workbook.refresh_from_db()
    assert (workbook.state, LedgerLine.objects.count()) == ("done", 6)


# --- the workbook of the platform itself ---------------------------------------------------------
def test_only_the_uploader_goes_on_with_it(scene):
    workbook = scene.read([HEADS, SOUTH])

    for service in (imports.import_apply, imports.import_cancel):
        with pytest.raises(PermissionDenied, match="别人上传的"):
            service(workbook=workbook, actor=scene.months.head, now=NOW)


def test_who_types_no_figures_brings_none_in(scene):
    with pytest.raises(PermissionDenied):
        scene.send([HEADS, SOUTH], actor=scene.months.bureau)


def test_nothing_to_write_is_said(scene):
    workbook = scene.read([HEADS, ("泾灵南村", "约1", "约2", "约3")])

    with pytest.raises(TransitionError, match="没有可以写入的数据"):
        scene.apply(workbook)


def test_a_person_has_only_so_many_open(scene, monkeypatch):
    monkeypatch.setattr(imports, "MOST_OPEN", 1)
    scene.send([HEADS, SOUTH])

    with pytest.raises(ValidationError, match="还没有办完"):
        scene.send([HEADS, SOUTH])


def test_what_is_cancelled_leaves_no_figures_behind(scene):
    workbook = scene.read([HEADS, SOUTH])

    imports.import_cancel(workbook=workbook, actor=scene.clerk, now=NOW)

    workbook.refresh_from_db()
    assert (workbook.state, ImportedRow.objects.count(), LedgerLine.objects.count()) == ("cancelled", 0, 0)


def test_old_files_and_rows_are_dropped(scene, django_capture_on_commit_callbacks):
    workbook = scene.apply(scene.read([HEADS, SOUTH]))
    name, storage = workbook.file.name, workbook.file.storage

    with django_capture_on_commit_callbacks(execute=True):
        cleaned = imports.imports_clean(now=NOW + KEPT + timedelta(minutes=1))

    workbook.refresh_from_db()
    assert (cleaned, workbook.file.name, ImportedRow.objects.count()) == (1, "", 0)
    assert not storage.exists(name)
    assert imports.imports_clean(now=NOW + KEPT * 2) == 0


# --- the job -------------------------------------------------------------------------------------
@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """The ids that went to the queue."""
    found: list[int] = []
    monkeypatch.setattr(tasks.run_workbook_import, "delay", found.append)
    return found


def test_a_large_workbook_is_sent_to_a_worker_and_a_small_one_is_not(
    scene, sent, monkeypatch, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        scene.read([HEADS, SOUTH])
    monkeypatch.setattr(imports, "SMALL", 2)

    with django_capture_on_commit_callbacks(execute=True):
        large = scene.read([HEADS, SOUTH])

    assert sent == [large.pk]


def test_the_sweeper_sends_again_what_nobody_works_on(scene, sent):
    workbook = scene.send([HEADS, SOUTH])
    WorkbookImport.objects.filter(pk=workbook.pk).update(state="reading", asked_at=NOW)

    assert imports.resend_waiting_imports(now=NOW + timedelta(seconds=10)) == 0
    assert imports.resend_waiting_imports(now=NOW + timedelta(minutes=1)) == 1
    WorkbookImport.objects.claim(pk=workbook.pk, at=NOW)
    assert imports.resend_waiting_imports(now=NOW + timedelta(minutes=1)) == 0
    assert imports.resend_waiting_imports(now=NOW + LEASE + timedelta(minutes=1)) == 1
    assert sent == [workbook.pk] * 2


def test_a_run_that_was_taken_over_writes_nothing(scene, monkeypatch):
    workbook = scene.read([HEADS, SOUTH])
    imports.import_apply(workbook=workbook, actor=scene.clerk, now=NOW)

    def taken_over(*args):
        written = real(*args)
        assert LedgerLine.objects.exists()
        assert WorkbookImport.objects.claim(pk=workbook.pk, at=NOW + LEASE + timedelta(seconds=1))
        return written

    real = applying.write
    monkeypatch.setattr(running.applying, "write", taken_over)
    imports.import_run(import_id=workbook.pk, tick=lambda: NOW)

    workbook.refresh_from_db()
    assert (workbook.state, LedgerLine.objects.count()) == ("applying", 0)


@pytest.mark.parametrize("phase", ["reading", "applying"])
def test_cancelled_midway_nothing_is_written(scene, monkeypatch, phase):
    workbook = scene.send([HEADS, SOUTH]) if phase == "reading" else scene.read([HEADS, SOUTH])
    target, name = (running.Comparer, "compare") if phase == "reading" else (running, "_write")
    real = getattr(target, name)

    def cancelled(*args):
        WorkbookImport.objects.filter(pk=workbook.pk).update(cancel_asked=True)
        return real(*args)

    monkeypatch.setattr(target, name, cancelled)
    workbook = scene.confirm(workbook) if phase == "reading" else scene.apply(workbook)

    assert (workbook.state, ImportedRow.objects.count()) == ("cancelled", 0)
    assert not LedgerLine.objects.exists()
    assert not MonthlyReport.objects.exists()


def test_whoever_resumes_reads_from_the_beginning(scene, monkeypatch):
    monkeypatch.setattr(running, "CHUNK", 1)
    workbook = scene.send([HEADS, SOUTH, NORTH])
    real, calls = running.stage, []

    def dies(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(running, "stage", dies)
    with pytest.raises(KeyboardInterrupt):
        scene.confirm(workbook)
    workbook.refresh_from_db()
    left = (workbook.state, workbook.rows_done, ImportedRow.objects.count())
    monkeypatch.setattr(running, "stage", real)
    imports.import_run(import_id=workbook.pk, tick=lambda: NOW + LEASE + timedelta(seconds=1))

    workbook.refresh_from_db()
    assert left[0] == "reading"
    assert (workbook.state, workbook.rows_done) == ("preview", 2)
    assert scene.outcomes(workbook) == {2: "nnn", 3: "nnn"}


def test_a_workbook_that_ends_every_worker_is_given_up(scene):
    workbook = scene.send([HEADS, SOUTH])
    tries = running.MOST_TRIES
    WorkbookImport.objects.filter(pk=workbook.pk).update(state="reading", asked_at=NOW, tries=tries)

    workbook = scene.run(workbook)

    assert (workbook.state, "多次没有办完" in workbook.problem) == ("failed", True)


def at_once(*actions: Callable[[], object]) -> list[object]:
    start, outcomes = threading.Barrier(len(actions)), [None] * len(actions)

    def run(place: int, action: Callable[[], object]) -> None:
        start.wait(10)
        try:
            outcomes[place] = action()
        except TransitionError as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_it_is_written_once():
    scene = BookScene()
    workbook = scene.read([HEADS, SOUTH])

    def press() -> object:
        imports.import_apply(workbook=workbook, actor=scene.clerk, now=NOW)
        return imports.import_run(import_id=workbook.pk, tick=lambda: NOW)

    at_once(press, press)

    assert ValueChange.objects.count() == 3
    assert scene.months.report.version == 1


@pytest.mark.django_db(transaction=True)
def test_a_save_and_an_import_at_once_lose_nothing():
    scene = BookScene()
    for round_ in range(4):
        workbook = scene.read([HEADS, ("泾灵南村", 1000 + round_, 900, 40)])
        imports.import_apply(workbook=workbook, actor=scene.clerk, now=NOW)
        seen = MonthlyReport.objects.filter(village=scene.south).first()
        at_once(
            lambda workbook=workbook: imports.import_run(import_id=workbook.pk, tick=lambda: NOW),
            lambda value=2000 + round_, seen=seen: scene.months.save(
                {scene.months.due: value}, seen=seen.version if seen else 0
            ),
        )

        last = ValueChange.objects.filter(element=scene.months.due).order_by("version").last()
        assert scene.value(scene.south, "pension_due") == last.new
        assert last.version == scene.months.report.version or last.version < scene.months.report.version


# --- whatever stands in a cell -------------------------------------------------------------------
TEXTS = st.text(max_size=60) | st.from_regex(r"[-+]?[0-9０-９,，. ]{0,12}(%|元|万元|人|星)?", fullmatch=True)
CELLS = TEXTS | st.decimals(allow_nan=False, allow_infinity=False) | st.dates() | st.none()
KINDS = st.sampled_from(["integer", "decimal", "boolean", "level", "choice"])


@given(cell=CELLS, kind=KINDS, factor=st.sampled_from(["1", "0.0001", "10000", "100"]))
@settings(max_examples=400)
def test_any_cell_is_read_or_refused_with_a_sentence(cell, kind, factor):
    element = DataElementFactory.build(value_type=kind, unit="万元", places=2, options=["优", "良"])

    reading = ColumnReader(element, ColumnPlan(0, "x", "x", factor=factor)).read(cell)

    assert reading.mark in "ver-"
    assert (reading.mark == "r") == bool(reading.reason and reading.value is None and reading.mark != "e")
    assert reading.value is None or reading.value.is_finite()
    assert len(reading.text) <= 60


@given(text=st.text(max_size=80))
@settings(max_examples=300)
def test_any_text_may_be_a_head_a_name_a_code_or_a_month(text):
    title, digits = read_title(text), code_digits(text)

    assert isinstance(title.words, str)
    assert digits == "" or digits.isdigit()
    assert isinstance(bare_name(text), str)
    assert isinstance(is_total([text]), bool)
    assert read_month(text, 2025) is None or read_month(text, 2025).day == 1
    assert len(masked(text)) <= 60


PRINTABLE = TEXTS.map(lambda text: "".join(sign for sign in text if sign.isprintable()))


@given(rows=st.lists(st.lists(PRINTABLE, max_size=6), max_size=8))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_table_is_proposed_read_or_refused(scene, rows):
    content = "\n".join(",".join(f'"{cell.replace(chr(34), "")}"' for cell in row) for row in [HEADS, *rows])

    workbook = scene.confirm(scene.upload(content.encode(), "任意.csv"))

    assert workbook.state == "preview"
    WorkbookImport.objects.all().delete()
