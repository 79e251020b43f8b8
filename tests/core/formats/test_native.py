"""The project's own archive: what is written comes back, and nothing in it needs a pickle."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.errors import DataError
from core.formats.base import Table
from core.formats.native import write_native
from core.formats.registry import detect, read
from core.records import Angles, Axes, Camera, Origin, Points, Poses, Poses2D, Scale
from core.skeleton import RIGS

NUMBERS = st.floats(-1e4, 1e4, width=32) | st.just(np.nan)
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
FPS = st.none() | st.floats(1, 500)
ORIGINS = st.builds(Origin, TEXT, TEXT, TEXT)
NOTES = st.lists(TEXT, max_size=3).map(tuple)


def arrays(*tail: int):
    return st.integers(1, 4).flatmap(lambda n: hnp.arrays(np.float32, (n, *tail), elements=NUMBERS))


POSES = st.builds(Poses, arrays(17, 3), FPS, st.sampled_from(Axes), st.sampled_from(Scale), st.sampled_from(list(RIGS)),
                  st.none() | TEXT, ORIGINS, NOTES)  # fmt: skip
NAMES = st.lists(TEXT, min_size=1, max_size=4, unique=True).map(tuple)
POINTS = NAMES.flatmap(
    lambda names: st.builds(Points, arrays(len(names), 3), st.just(names), FPS, st.sampled_from(Axes), ORIGINS, NOTES)
)
ANGLES = st.builds(Angles, arrays(12), TEXT, NOTES)
POSES2D = st.builds(
    lambda xy, layout, fps, size, origin, scored: Poses2D(
        xy, layout, fps, np.abs(xy[..., 0]) if scored else None, size, origin
    ),
    arrays(5, 2), TEXT, FPS, st.none() | st.just((640, 480)), ORIGINS, st.booleans(),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(POSES | POINTS | ANGLES | POSES2D)
def test_round_trip(tmp_path_factory, record):
    path = tmp_path_factory.mktemp("native") / "record.npz"
    write_native(path, record)
    assert detect(path).name == "anglescope_npz"
    back = read(path).items[0].record
    assert type(back) is type(record)
    for field in dataclasses.fields(record):
        want, have = getattr(record, field.name), getattr(back, field.name)
        if isinstance(want, np.ndarray):
            assert have.dtype == want.dtype
            assert np.array_equal(have, want, equal_nan=True)
        else:
            assert (type(have), have) == (type(want), want), field.name


def test_camera_and_table(tmp_path):
    camera = Camera("c1", np.eye(3), np.eye(3), np.ones(3), (1920, 1088), True)
    table = Table(("a", "b"), np.ones((3, 2), np.float32), ("deg", ""), np.arange(3.0))
    for record in (camera, table):
        write_native(tmp_path / "r.npz", record)
        back = read(tmp_path / "r.npz").items[0].record
        assert type(back) is type(record)
        assert all(np.array_equal(getattr(back, f.name), getattr(record, f.name)) for f in dataclasses.fields(record))


def test_equal_records_give_equal_bytes_that_numpy_reads(tmp_path, body_mm):
    record = Poses(body_mm(), 60, Axes.CAMERA)
    write_native(tmp_path / "a.npz", record)
    write_native(tmp_path / "b.npz", record)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    with np.load(tmp_path / "a.npz", allow_pickle=False) as archive:
        assert np.array_equal(archive["xyz_mm"], record.xyz_mm)
        assert json.loads(str(archive["anglescope"]))["fields"]["fps"] == 60


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"kind": "poses", "version": 99, "fields": {}}, "later version"),
        ({"kind": "dragon", "version": 1, "fields": {}}, "unknown kind"),
        ({"kind": "poses", "version": 1, "fields": {"fps": 60, "axes": "sideways"}}, "damaged"),
        ({"kind": "poses", "version": 1, "fields": {"fps": -1, "axes": "camera"}}, "frame rate must be positive"),
        ({"kind": "poses", "version": 1, "fields": {"fps": "x", "axes": "camera"}}, "damaged"),
        ({"kind": "poses", "version": 1, "fields": {"colour": 1}}, "unknown fields"),
        ({"kind": "poses", "version": 1, "fields": {"fps": 60, "axes": "camera", "rig": "horse"}}, "unknown rig"),
        ({"version": 1}, "without a readable header"),
        ("text", "without a readable header"),
    ],
)
def test_damaged_headers(tmp_path, body_mm, header, words):
    path = tmp_path / "a.npz"
    np.savez(path, anglescope=np.array(json.dumps(header)), xyz_mm=body_mm(2).astype(np.float32))
    with pytest.raises(DataError, match=words) as caught:
        read(path)
    assert str(path) in str(caught.value)
