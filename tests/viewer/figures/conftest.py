"""What figures are drawn from: the demo's first clip at a frame with errors, seen as the window sees it first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from viewer.figures.records import Subject
from viewer.scene.viewpoints import eye_from
from viewer.view import View


def subject_of(content, frames=None, **changes) -> Subject:
    view = replace(View(clip=content.name, frame=79, angle=6), **changes)
    eye = eye_from(view.scene.viewpoint, content, view.frame, view.scene.follow, view.scene.orthographic)
    return Subject(content, view, eye, frames or (0, content.n_frames - 1), "98fc502e4b59")


@pytest.fixture
def subject(demo_content) -> Subject:
    return subject_of(demo_content)
