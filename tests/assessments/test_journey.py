"""The year from end to end, by the services alone."""

import pytest

from tests.assessments.scene import Scene

STATUSES = [
    "self_check",
    "withdrawn",
    "submitted",
    "municipal_review",
    "returned",
    "failed",
    "municipal_passed",
    "city_review",
    "awarded",
    "revoked",
]


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_can_be_reached(scene: Scene, status: str):
    application = scene.reach(status)

    assert application.status == status
    assert application.steps.order_by("pk").last().to_status == status


def test_a_returned_application_comes_back_in_a_second_round_and_is_awarded(scene: Scene):
    application = scene.reach("returned")

    scene.mend(application)
    for step in (
        scene.submit, scene.start, scene.sign_off, scene.judge, scene.municipal_pass, scene.start_city,
        scene.award,
    ):  # fmt: skip
        step(application)

    application.refresh_from_db()
    assert (application.status, application.round) == ("awarded", 2)
    assert list(application.snapshots.order_by("round").values_list("round", flat=True)) == [1, 2]
    names = list(application.steps.order_by("pk").values_list("name", "round"))
    assert names == [
        ("open", 1), ("submit", 1), ("start_review", 1), ("return", 1), ("resubmit", 2),
        ("start_review", 2), ("pass", 2), ("start_city_review", 2), ("award", 2),
    ]  # fmt: skip
