"""Runs the user's program under Backpass: as Python runs a file, and watched."""

from ._rehearsal import rehearse
from ._runner import connect, run

__all__ = ["connect", "rehearse", "run"]
