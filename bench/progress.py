"""What an unattended run says: what it is at and since when; and whether the disk has room for it."""

import shutil
import sys
import time
from pathlib import Path

START = time.monotonic()
PER_VILLAGE = 20_000  # bytes on disk: ledger and months of two years, verdicts twice over, indexes
LOGS = 10 * 2**30  # what the server may keep to recover from, and temporary files


def say(what: str) -> None:
    """Print a line with the minutes and seconds since the start."""
    seconds = int(time.monotonic() - START)
    print(f"[{seconds // 60:3d}:{seconds % 60:02d}] {what}", flush=True)


def need_room(folder: Path, villages: int) -> None:
    """Stop before anything is written where the disk would fill up."""
    needed, free = villages * PER_VILLAGE + LOGS, shutil.disk_usage(folder).free
    say(f"disk: {needed / 2**30:.0f} GB needed in {folder}, {free / 2**30:.0f} GB free")
    if free < needed:
        sys.exit("磁盘空间不足，已停止：请腾出空间，或用 --villages、--nation 减少村数。")
