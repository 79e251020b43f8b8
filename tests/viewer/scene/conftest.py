"""The scene's tests show real panels, wired as the window wires them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.viewer.scene.shown import Shown
from viewer.content import ClipContent
from viewer.view import View


@pytest.fixture
def show(qtbot) -> Callable[..., Shown]:
    """Makes a panel that is shown: content, the reason against OpenGL, the view at the beginning."""

    def make(content: ClipContent | None, reason: str | None = None, view: View | None = None) -> Shown:
        return Shown(qtbot, content, reason, view or View())

    return make
