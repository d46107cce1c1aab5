"""The two commands, as a person at the terminal meets them."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from programme_files.reading import read
from tests.programme_files.samples import ROOT, SMALL, changed
from villages.models import Programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    return tmp_path / "programme.yaml"


def run(*arguments: object) -> str:
    out = StringIO()
    call_command(*map(str, arguments), stdout=out)
    return out.getvalue()


def test_load_says_what_it_did_and_then_that_nothing_changed(file):
    file.write_text(SMALL)

    assert "已载入第 1 版" in run("load_programme", file)
    assert "没有变化" in run("load_programme", file)


def test_load_prints_what_is_hardly_meant_and_writes_all_the_same(file):
    file.write_text(changed("- code: A1\n", "- code: A1\n  points: 10\n"))
    errors = StringIO()

    call_command("load_programme", str(file), stdout=StringIO(), stderr=errors)

    assert "请核对：第" in errors.getvalue()
    assert "没有列入任何计分部分" in errors.getvalue()
    assert Programme.objects.exists()


def test_load_prints_every_problem_and_writes_nothing(file):
    file.write_text(
        changed("month_due_day: 25", "month_due_day: 31").replace("\n  kinds: [farm]", "\n  kinds: [eco]")
    )

    with pytest.raises(CommandError) as refused:
        run("load_programme", file)

    lines = str(refused.value).splitlines()
    assert lines[0].endswith("有 2 处问题，什么也没有写入：")
    assert len(lines) == 3
    assert not Programme.objects.exists()


def test_load_says_that_a_file_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="读不到文件"):
        run("load_programme", tmp_path / "none.yaml")


def test_dump_writes_a_file_that_loads(file):
    file.write_text(SMALL)
    run("load_programme", file)

    assert read(run("dump_programme", "example")) == read(SMALL)


def test_dump_of_an_unknown_code_names_the_known_ones():
    run("load_programme", ROOT / "programmes" / "lingwu.yaml")

    with pytest.raises(CommandError, match="没有代码为“lingw”的方案。现有的方案：lingwu。"):
        run("dump_programme", "lingw")
