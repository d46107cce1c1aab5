"""The one write of this room: a programme file becomes rows."""

from programme_files.services.loading import Loaded, programme_load

__all__ = ["Loaded", "programme_load"]
