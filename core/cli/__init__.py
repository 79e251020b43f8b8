"""The command line ``anglescope``: one small file per command.

Each command module imports at its top only what declares its options; the engine is imported when the command
runs, so that ``anglescope -h`` answers at once.
"""

from core.cli.app import app, main

__all__ = ["app", "main"]
