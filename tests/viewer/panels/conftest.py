"""The table of clips that several tests look at: three thousand clips, and six."""

from __future__ import annotations

import pytest

from core.results.clip_table import ClipRow
from tests.viewer.panels.clips_on_screen import infos, made, six, synthetic
from viewer.panels.clips import ClipsPanel
from viewer.workspace import ClipInfo


@pytest.fixture(scope="module")
def clips() -> list[ClipInfo]:
    return infos(3000)


@pytest.fixture(scope="module")
def rows(clips) -> list[ClipRow]:
    return synthetic(clips)


@pytest.fixture
def panel(qtbot, clips, rows) -> ClipsPanel:
    """Three thousand clips, three lifters, no clip chosen."""
    return made(qtbot, clips, rows)


@pytest.fixture
def few(qtbot) -> ClipsPanel:
    return six(qtbot)
