"""The one write of this room: a programme file becomes rows, seen beforehand where a person loads it."""

from programme_files.services.loading import Loaded, programme_load
from programme_files.services.previewing import (
    Preview,
    PreviewOutdated,
    programme_confirm,
    programme_preview,
)

__all__ = [
    "Loaded",
    "Preview",
    "PreviewOutdated",
    "programme_confirm",
    "programme_load",
    "programme_preview",
]
