"""What a manifest says of how predictions were made."""

from __future__ import annotations

import json
from pathlib import Path

from core.pairing.manifest import MadeHow, made_how

DEMO = Path(__file__).parents[3] / "resources" / "demo" / "predictions"


def test_the_shipped_lifters_say_their_rate_and_where_their_windows_meet():
    windows = made_how(DEMO / "motionbert-compact")
    assert windows.trained_fps == 50 and windows.seams["S1_Running_1_cam_1"] == (81, 162)
    whole = made_how(DEMO / "videopose3d-compact")
    assert set(whole.seams) == set(windows.seams) and not any(whole.seams.values())


def test_what_is_not_said_is_not_known(tmp_path):
    assert made_how(tmp_path) == MadeHow(None, None)
    (tmp_path / "manifest.json").write_text(json.dumps({"clips": {"a": {"frames": 3}}}))
    assert made_how(tmp_path) == MadeHow(None, None)
    (tmp_path / "manifest.json").write_text("{")
    assert made_how(tmp_path) == MadeHow(None, None)
