"""Jobs: asked for once, done once, never lost."""

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from config.celery import app
from indicators import jobs, tasks
from indicators.engine import compute
from indicators.engine.computing import running
from indicators.engine.computing.running import LeaseLostError
from indicators.engine.computing.verdicts import compute_counties
from indicators.models import ComputeJob, DataElement, Standard, Verdict
from indicators.models.verdicts import LEASE
from indicators.services import compliance
from indicators.services.compliance import (
    compute_request,
    compute_request_all,
    compute_request_programme,
    compute_run,
    resend_waiting,
)
from tests.conftest import _wait_for
from tests.indicators.engine_scene import NORTH, NOW, SOUTH, EngineScene
from villages.models import Enrolment

LITONG = "640302001001"


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """The ids that went to the queue."""
    found: list[int] = []
    monkeypatch.setattr(tasks.run_compute_job, "delay", found.append)
    return found


def _county() -> EngineScene:
    """Two villages; pension insurance of the first at 93 of 100, of the second at 96."""
    scene = EngineScene()
    insured, due = scene.element("pension_insured"), scene.element("pension_due")
    for code, name, count in ((SOUTH, "泾灵南村", 93), (NORTH, "泾灵北村", 96)):
        scene.village(code, name)
        scene.figures(insured, 2025, {10: count}, code)
        scene.figures(due, 2025, {10: 100}, code)
        scene.accept(2025, [10], code)
    scene.standard("S11", "pension_insured / pension_due * 100")
    return scene


@pytest.fixture
def county(db) -> EngineScene:
    return _county()


def test_the_same_request_is_queued_once_and_sent_after_commit(
    county, sent, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = compute_request(programme=county.programme, year=2025, now=NOW)
        second = compute_request(programme=county.programme, year=2025, now=NOW)
        other = compute_request(programme=county.programme, year=2024, now=NOW)
        assert sent == []

    assert first == second != other
    assert set(sent) == {first.pk, other.pk}


def test_a_run_writes_verdicts_and_closes_its_job(county, sent):
    job = compute_request(programme=county.programme, year=2025, now=NOW)

    computed = compute_run(job_id=job.pk, now=NOW)

    job.refresh_from_db()
    assert (computed.written, job.state, job.finished_at, job.error) == (2, "done", NOW, "")
    assert set(Verdict.objects.values_list("scope_code", "status")) == {(SOUTH, "near"), (NORTH, "met")}


def test_a_job_that_is_done_is_not_done_again(county, sent):
    job = compute_request(programme=county.programme, year=2025, now=NOW)
    compute_run(job_id=job.pk, now=NOW)

    again = compute_run(job_id=job.pk, now=NOW)

    assert again is None


def test_a_job_of_one_village_leaves_the_others_alone(county, sent):
    south = county.villages[SOUTH]
    job = compute_request(programme=county.programme, year=2025, village=south, now=NOW)

    compute_run(job_id=job.pk, now=NOW)

    assert list(Verdict.objects.values_list("scope_code", flat=True)) == [SOUTH]


def test_a_run_that_lost_its_lease_writes_nothing(county, sent, monkeypatch):
    job = compute_request(programme=county.programme, year=2025, now=NOW)

    def compute_slowly(*args, **more):
        computed = real(*args, **more)
        assert Verdict.objects.exists()
        assert ComputeJob.objects.claim(pk=job.pk, at=NOW + LEASE + timedelta(seconds=1))
        return computed

    real = running.compute
    monkeypatch.setattr(running, "compute", compute_slowly)
    with pytest.raises(LeaseLostError):
        compute_run(job_id=job.pk, now=NOW)

    assert not Verdict.objects.exists()


def test_a_failing_run_keeps_its_error_and_is_tried_again_after_the_lease(county, sent):
    Standard.objects.update(threshold="95 +")
    job = compute_request(programme=county.programme, year=2025, now=NOW)

    with pytest.raises(Exception, match="S11 的目标值"):
        tasks.run_compute_job(job.pk)

    job.refresh_from_db()
    assert "公式没有写完" in job.error
    assert compute_run(job_id=job.pk, now=NOW) is None
    Standard.objects.update(threshold="95")
    assert compute_run(job_id=job.pk, now=job.lease_until + timedelta(seconds=1)).written == 2
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", "")


def test_the_sweeper_sends_again_what_nobody_works_on(county, sent):
    lost, fresh, running_job, dead, done = (
        compute_request(programme=county.programme, year=year, now=NOW) for year in range(2021, 2026)
    )
    ComputeJob.objects.filter(pk=fresh.pk).update(created_at=NOW + timedelta(minutes=9))
    ComputeJob.objects.claim(pk=dead.pk, at=NOW - LEASE)
    ComputeJob.objects.claim(pk=running_job.pk, at=NOW + timedelta(minutes=8))
    compute_run(job_id=done.pk, now=NOW)

    count = resend_waiting(now=NOW + timedelta(minutes=9))

    assert (count, sent) == (2, [lost.pk, dead.pk])


def test_a_broker_that_is_down_stops_nobody(county, monkeypatch, django_capture_on_commit_callbacks):
    def down(job_id: int) -> None:
        raise OperationalError("broker down")

    monkeypatch.setattr(tasks.run_compute_job, "delay", down)

    with django_capture_on_commit_callbacks(execute=True):
        job = compute_request(programme=county.programme, year=2025, now=NOW)

    assert ComputeJob.objects.overdue(at=NOW + LEASE, patience=timedelta(0)).get() == job


def test_at_night_every_year_so_far_of_running_programmes_is_asked_for(county, sent):
    queued = compute_request_all(now=NOW)

    assert [job.year for job in queued] == [2022, 2023, 2024, 2025]
    assert compute_request_all(now=NOW.replace(year=2026)) == []


def test_what_beat_names_exists():
    app.loader.import_default_modules()

    named = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert named <= set(app.tasks)
    assert {jobs.compute_all_programmes.name, jobs.resend_waiting_jobs.name} <= named


@pytest.mark.django_db(transaction=True)
def test_a_worker_waits_for_the_request_that_found_the_job_queued(sent):
    """Whoever asks again while a job is queued counts on it: nobody takes it before that commits."""
    county = _county()
    job = compute_request(programme=county.programme, year=2025, now=NOW)

    taken_early = _claimed_during(
        job, lambda: compute_request(programme=county.programme, year=2025, now=NOW)
    )

    assert not taken_early


@pytest.mark.django_db(transaction=True)
def test_without_that_lock_it_would_be_taken_too_early(sent):
    county = _county()
    job = compute_request(programme=county.programme, year=2025, now=NOW)
    queued = {"programme": county.programme, "year": 2025, "village": None, "state": "queued"}

    taken_early = _claimed_during(job, lambda: ComputeJob.objects.get_or_create(**queued))

    assert taken_early


def _claimed_during(job: ComputeJob, request: Callable[[], object]) -> bool:
    """Say whether a worker could take the job before the transaction of `request` ended."""
    claimed: list[int | None] = []

    def claim() -> None:
        claimed.append(ComputeJob.objects.claim(pk=job.pk, at=NOW))
        connection.close()

    worker = threading.Thread(target=claim)
    with transaction.atomic():
        request()
        worker.start()
        worker.join(1)
        taken_early = bool(claimed)
    worker.join(10)
    assert claimed == [1]
    return taken_early


@pytest.mark.django_db(transaction=True)
def test_five_workers_on_one_job_compute_it_once(sent):
    county = _county()
    job = compute_request(programme=county.programme, year=2025, now=NOW)
    results: list[object] = []

    def work() -> None:
        results.append(compute_run(job_id=job.pk, now=NOW))
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)

    assert len([result for result in results if result]) == 1


def test_a_real_worker_computes_what_was_asked(celery_worker_process):
    county = _county()

    job = compute_request(programme=county.programme, year=2025, now=NOW)

    _wait_for(lambda: ComputeJob.objects.get(pk=job.pk).state == "done")
    assert Verdict.objects.get(scope_code=SOUTH).status == "near"


def test_the_command_computes_and_prints(county, capsys):
    call_command("compute_compliance", programme="lingwu", year=2025)

    printed = capsys.readouterr().out
    assert re.search("S11 +640181101219 +泾灵南村 +◐ 接近 +93 +95 +2 +2025-10", printed)
    assert "本次写入 2 条" in printed


def test_the_command_speaks_json(county, capsys):
    call_command("compute_compliance", "--json", programme="lingwu", year=2025, village=SOUTH)

    assert '"status": "near"' in (printed := capsys.readouterr().out)
    assert '"value": "93"' in printed
    assert '"data_month": "2025-10"' in printed
    assert NORTH not in printed


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"programme": "lingwo", "year": 2025}, "没有代码为“lingwo”的方案。已有：lingwu。"),
        ({"programme": "lingwu", "year": 2031}, "没有 2031 年"),
        ({"programme": "lingwu", "year": 2025, "village": "640181101999"}, "没有代码为“640181101999”的村"),
    ],
)
def test_the_command_says_what_it_does_not_know(county, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("compute_compliance", **options)


@pytest.fixture
def two_counties(county, monkeypatch) -> EngineScene:
    """The same programme with a village in 利通区: more than one job's worth, and a sum of them all."""
    monkeypatch.setattr(compliance, "SHARD", 2)
    county.village(LITONG, "金花园社区")
    county.figures(DataElement.objects.get(code="pension_insured"), 2025, {10: 50}, LITONG)
    county.figures(DataElement.objects.get(code="pension_due"), 2025, {10: 100}, LITONG)
    county.accept(2025, [10], LITONG)
    county.standard("M01", "pension_insured", scope="programme", threshold="200")
    return county


def test_very_many_villages_are_asked_for_county_by_county(two_counties, sent):
    jobs = compute_request_programme(programme=two_counties.programme, year=2025, now=NOW)

    asked = [(job.part, job.first_county, job.last_county) for job in jobs]
    assert asked == [("counties", "640181", "640181"), ("counties", "640302", "640302"), ("wider", "", "")]
    assert compute_request_programme(programme=two_counties.programme, year=2025, now=NOW) == jobs


def test_counties_and_what_is_wider_make_up_the_whole(two_counties, sent):
    jobs = compute_request_programme(programme=two_counties.programme, year=2025, now=NOW)

    counts = [compute_run(job_id=job.pk, now=NOW).written for job in jobs]

    assert counts == [2, 1, 1]
    assert two_counties.compute().written == 0


def test_a_county_leaves_the_others_alone_and_drops_what_left_it(two_counties, sent):
    two_counties.compute()
    Enrolment.objects.exclude(village__code=SOUTH).delete()
    jobs = compute_request_programme(programme=two_counties.programme, year=2025, now=NOW)
    [whole] = jobs

    computed = compute_counties(two_counties.programme, 2025, "640181", "640181", now=NOW)

    assert (whole.part, computed.dropped) == ("all", 1)
    places = set(Verdict.objects.filter(village__isnull=False).values_list("scope_code", flat=True))
    assert places == {SOUTH, LITONG}


@pytest.mark.django_db(transaction=True)
def test_two_counties_are_computed_at_the_same_time_but_never_beside_the_whole(sent):
    county = _county()
    county.village(LITONG, "金花园社区")
    waiting: list[str] = []

    def work(name, computation, *arguments) -> None:
        computation(county.programme, 2025, *arguments, now=NOW)
        connection.close()
        waiting.remove(name)

    with transaction.atomic():
        compute_counties(county.programme, 2025, "640181", "640181", now=NOW)
        waiting += ["litong", "whole"]
        other = threading.Thread(target=work, args=("litong", compute_counties, "640302", "640302"))
        other.start()
        other.join(20)
        whole = threading.Thread(target=work, args=("whole", compute))
        whole.start()
        whole.join(0.3)

        assert waiting == ["whole"]
    whole.join(20)
    assert waiting == []


def test_neighbouring_counties_share_a_job_up_to_its_size():
    counties = [("110101", 900), ("110102", 4_000), ("110105", 200), ("110106", 7_000), ("110107", 10)]

    shards = compliance._shards(counties)

    assert shards == [("110101", "110102"), ("110105", "110105"), ("110106", "110106"), ("110107", "110107")]
