"""Two people confirm at the same moment; a load meets an application that is being handed in."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from accounts.models import Organisation
from indicators import tasks
from programme_files.models import ProgrammeVersion
from programme_files.services import PreviewOutdated, programme_confirm, programme_load, programme_preview
from programme_files.versions import hold_version
from tests.factories import UserFactory
from tests.programme_files.samples import SMALL, changed

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2025, 11, 12, 1, 0, tzinfo=UTC)
STRICTER, MILDER = (changed('threshold: "95"', f'threshold: "{number}"') for number in (96, 94))


@pytest.fixture(autouse=True)
def _nothing_is_sent(monkeypatch) -> None:
    monkeypatch.setattr(tasks.run_compute_job, "delay", lambda job_id: None)


def _in_thread(pool: ThreadPoolExecutor, work: Callable[[], object]) -> "Future[object]":
    def closing() -> object:
        try:
            return work()
        except PreviewOutdated as outdated:
            return outdated
        finally:
            connection.close()

    return pool.submit(closing)


def test_of_two_confirmations_of_the_same_state_one_is_told():
    programme = programme_load(text=SMALL, actor=None, now=NOW).programme
    bureau = UserFactory(organisation=Organisation.objects.get(name="县农办"))
    seals = {text: programme_preview(text=text, actor=bureau, now=NOW).seal for text in (STRICTER, MILDER)}
    start = Barrier(2)

    def confirm(text: str) -> object:
        start.wait(timeout=30)
        return programme_confirm(text=text, seal=seals[text], actor=bureau, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        results = [_in_thread(pool, lambda text=text: confirm(text)) for text in seals]
        told = [result.result() for result in results if isinstance(result.result(), PreviewOutdated)]

    assert len(told) == 1
    assert "第 2 版" in str(told[0])
    assert ProgrammeVersion.objects.filter(programme=programme).count() == 2


def test_a_load_waits_for_whoever_holds_the_version_in_force():
    programme = programme_load(text=SMALL, actor=None, now=NOW).programme
    begun = Event()

    def load() -> None:
        begun.set()
        programme_load(text=STRICTER, actor=None, now=NOW)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            held = hold_version(programme)
            loading = _in_thread(pool, load)
            begun.wait(timeout=30)
            with pytest.raises(TimeoutError):
                loading.result(timeout=1)
            still = ProgrammeVersion.objects.latest_of(programme)
        loading.result(timeout=30)

    assert held == still
    assert ProgrammeVersion.objects.latest_of(programme).number == 2
