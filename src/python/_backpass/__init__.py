"""Runs the user's program under Backpass: as Python runs a file, and watched."""

from ._runner import run

__all__ = ["run"]
