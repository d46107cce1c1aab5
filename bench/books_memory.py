"""The memory of an import and of an export: `python -m bench.books_memory`, a process that does nothing else.

Told which import to read and write, it prints what the process held before and at most.
"""

import json
import subprocess
import sys
from pathlib import Path

PARSER = """
import resource, subprocess, sys
with open(sys.argv[2], "rb") as file:
    command = [sys.executable, "-I", sys.argv[1], "rows", "xlsx", sys.argv[3]]
    subprocess.run(command, stdin=file, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def parser_memory(path: Path, sheet: str) -> int:
    """The most that the child process held while it read this workbook, in MB."""
    from indicators.month_books.reading import CHILD

    command = [sys.executable, "-I", "-c", PARSER, str(CHILD), str(path), sheet]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


def of_import(database: str, import_id: int) -> dict[str, int]:
    """Run an import in a new process; what it held before and at most, in MB."""
    return _asked(database, "import", str(import_id))


def of_export(database: str, division_code: str) -> dict[str, int]:
    """Write the ledger below a division in a new process; what it held before and at most, in MB."""
    return _asked(database, "export", division_code)


def _asked(database: str, *arguments: str) -> dict[str, int]:
    command = [sys.executable, "-m", "bench.books_memory", database, *arguments]
    answer = subprocess.run(command, capture_output=True, check=True, text=True)
    return json.loads(answer.stdout.splitlines()[-1])


def main() -> None:
    from bench import setting

    setting.up()
    from django.db import connection
    from django.utils import timezone

    from bench.books_scene import MONTH
    from indicators.ledger_books import LedgerWanted, ledger_file
    from indicators.models import DataElement
    from indicators.services import imports

    database, what, which = sys.argv[1:]
    connection.close()
    connection.settings_dict["NAME"] = database
    before = _held("VmRSS")
    if what == "import":
        imports.import_run(import_id=int(which), tick=timezone.now)
    else:
        ledger_file(LedgerWanted(which, [MONTH], list(DataElement.objects.all()), "台账")).close()
    print(json.dumps({"before": before, "most": _held("VmHWM")}))


def _held(what: str) -> int:
    """What the kernel says of this process, in MB; its high water is its own, not what it was forked from."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1]) // 1024


if __name__ == "__main__":
    main()
