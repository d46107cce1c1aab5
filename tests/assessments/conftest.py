import pytest

from tests.assessments.scene import Scene


@pytest.fixture
def scene(db) -> Scene:
    return Scene()
