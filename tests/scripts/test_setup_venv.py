import sys

import pytest

from scripts import setup_venv


def test_an_old_python_is_refused_with_a_sentence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))

    with pytest.raises(SystemExit) as refusal:
        setup_venv.check_python()

    assert "需要 Python 3.11 或更高版本" in str(refusal.value)


def test_progress_is_shown_and_the_last_words_are_kept(capsys: pytest.CaptureFixture[str]):
    lines = [*(f"Collecting package{number}==1\n" for number in range(60)), "ERROR: no network\n"]

    last = list(setup_venv.report(lines, total=60))

    assert capsys.readouterr().out.split() == ["25/60", "50/60"]
    assert last[-1] == "ERROR: no network\n"
    assert len(last) == 15
