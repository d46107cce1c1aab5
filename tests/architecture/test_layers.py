"""The floors of the house and the order of files inside a room, as import-linter finds them."""

import tomllib
from pathlib import Path

from django.conf import settings
from importlinter.cli import lint_imports

PROJECT = Path(settings.BASE_DIR)
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]
FLOORS = [
    "config",
    "dashboard",
    "assessments",
    "programme_files",
    "projects",
    "indicators",
    "villages",
    "accounts",
    "common",
]


def test_the_contracts_name_every_room_in_its_order():
    floors, files, _ = CONTRACTS["contracts"]

    rooms = {path.parent.name for path in PROJECT.glob("*/apps.py")}

    assert floors["layers"] == FLOORS
    assert CONTRACTS["root_packages"] == FLOORS
    assert set(files["containers"]) == set(FLOORS) - {"config", "common"}
    assert rooms == set(FLOORS) - {"config"}


def test_the_contract_of_the_engine_names_each_of_its_rooms():
    [container] = CONTRACTS["contracts"][2]["containers"]
    layers = CONTRACTS["contracts"][2]["layers"]

    rooms = {path.parent.name for path in (PROJECT / container.replace(".", "/")).glob("*/__init__.py")}

    assert {room for layer in layers for room in layer.split(" | ")} == rooms


def test_every_import_keeps_the_contracts(monkeypatch, capsys):
    monkeypatch.chdir(PROJECT)

    broken = lint_imports(no_cache=True)

    assert broken == 0, capsys.readouterr().out


def test_an_import_upwards_would_be_found(tmp_path, monkeypatch, capsys):
    for room, line in {"upper": "", "lower": "import upper\n"}.items():
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text(line)
    contract = "[[tool.importlinter.contracts]]\nname = 'x'\ntype = 'layers'\nlayers = ['upper', 'lower']\n"
    roots = "[tool.importlinter]\nroot_packages = ['upper', 'lower']\n"
    (tmp_path / "pyproject.toml").write_text(roots + contract)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)

    broken = lint_imports(no_cache=True)

    assert broken == 1
    assert "lower is not allowed to import upper" in capsys.readouterr().out
