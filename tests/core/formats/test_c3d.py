"""C3D: against ezc3d (an independent reader and writer), the vendor's segment axes, and damaged files."""

import struct
from pathlib import Path

import ezc3d
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.formats.base import ReadOptions
from core.formats.c3d import FORMAT
from core.records import Axes

NAMES = ["HEAD", "LHEE", "RHEE"]


def standing(n_frames=4):
    """(3, 3, T): head 1.7 m above two heels in millimetres, Z up, moving along X."""
    xyz = np.zeros((n_frames, 3, 3))
    xyz[:, 0] = [5, 0, 1700]
    xyz[:, 1:] = [[0, 100, 40], [0, -100, 40]]
    xyz[..., 0] += 10.0 * np.arange(1, n_frames + 1)[:, None]
    return xyz.transpose(2, 1, 0)


def write_c3d(path, xyz, labels=NAMES, units="mm", fps=120.0, analog=None, **point):
    file = ezc3d.c3d()
    file.add_parameter("POINT", "RATE", [fps])
    file.add_parameter("POINT", "LABELS", list(labels))
    file.add_parameter("POINT", "UNITS", [units])
    for name, value in point.items():
        file.add_parameter("POINT", name, value)
    file["data"]["points"] = np.concatenate([xyz, np.ones((1, *xyz.shape[1:]))])
    if analog is not None:
        file.add_parameter("ANALOG", "RATE", [fps * analog.shape[2] / xyz.shape[2]])
        file.add_parameter("ANALOG", "LABELS", [f"A{k}" for k in range(analog.shape[1])])
        file["data"]["analogs"] = analog
    file.write(str(path))
    return path


def read(path, **options):
    return FORMAT.read(path, ReadOptions(**options)).items[0].record


def test_what_ezc3d_wrote(tmp_path):
    xyz = standing()
    xyz[:, 1, 2] = np.nan
    analog = np.random.default_rng(0).standard_normal((1, 3, 4 * xyz.shape[2]))
    points = read(write_c3d(tmp_path / "a.c3d", xyz, analog=analog))
    np.testing.assert_array_equal(points.xyz_mm, xyz.transpose(2, 1, 0).astype(np.float32))
    assert (points.names, points.fps, points.axes) == (tuple(NAMES), 120.0, Axes.WORLD_Z_UP)
    assert any("because the body stands that way" in note for note in points.notes)


@pytest.mark.parametrize(("units", "factor"), [("m", 1000), ("cm", 10), ("MM", 1)])
def test_units(tmp_path, units, factor):
    path = write_c3d(tmp_path / "a.c3d", standing() / factor, units=units)
    np.testing.assert_allclose(read(path).xyz_mm, standing().transpose(2, 1, 0), rtol=1e-6)
    np.testing.assert_allclose(read(path, mm_per_unit=1.0).xyz_mm * factor, read(path).xyz_mm, rtol=1e-6)


def test_unknown_unit_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"unknown C3D length unit.*'furlong'"):
        read(write_c3d(tmp_path / "a.c3d", standing(), units="furlong"))


@pytest.mark.parametrize(("up", "axes"), [("+Z", "world_z_up"), ("+Y", "world_y_up"), ("Y", "world_y_up")])
def test_vertical_axis_of_the_file(tmp_path, up, axes):
    xyz = standing() if "Z" in up else standing()[[1, 2, 0]]
    points = read(write_c3d(tmp_path / "a.c3d", xyz, Y_SCREEN=[up]))
    assert points.axes == axes
    np.testing.assert_allclose(points.xyz_mm, xyz.transpose(2, 1, 0))
    assert points.notes == ()


@pytest.mark.parametrize("up", ["+X", "-X", "-Y", "-Z"])
def test_other_vertical_axes_are_turned_without_reflection(tmp_path, up):
    axis, sign = "XYZ".index(up[1]), 1 if up[0] == "+" else -1
    basis = np.zeros((3, 3))
    basis[axis, 2] = sign
    basis[(axis + 1) % 3, 0], basis[(axis + 2) % 3, 1] = 1, sign
    assert np.linalg.det(basis) == pytest.approx(1)
    xyz = np.einsum("ab,bkt->akt", basis, standing())
    points = read(write_c3d(tmp_path / "a.c3d", xyz, Y_SCREEN=[up]))
    original = standing().transpose(2, 1, 0)
    assert points.axes == Axes.WORLD_Z_UP
    np.testing.assert_allclose(points.xyz_mm[..., 2], original[..., 2], atol=1e-3)
    sides = [p[:, 1:] - p[:, :1] for p in (points.xyz_mm.astype(float), original)]
    volumes = [
        np.linalg.det(np.concatenate([s, s[:, :1] - p], axis=1)) for s, p in zip(sides, ([0, 0, 1],) * 2, strict=True)
    ]
    np.testing.assert_allclose(volumes[0], volumes[1], rtol=1e-3)


def test_axis_that_the_body_contradicts_is_said(tmp_path):
    points = read(write_c3d(tmp_path / "a.c3d", standing(), Y_SCREEN=["+Y"]))
    assert points.axes == Axes.WORLD_Y_UP
    assert any("the body stands along +Z" in note for note in points.notes)


def test_samples_at_the_origin_are_missing_and_said(tmp_path):
    xyz = standing()
    xyz[:, 2, 1] = 0
    points = read(write_c3d(tmp_path / "a.c3d", xyz))
    assert np.isnan(points.xyz_mm[1, 2]).all()
    assert np.isfinite(points.xyz_mm).sum() == points.xyz_mm.size - 3
    assert any("1 samples at exactly (0, 0, 0)" in note for note in points.notes)


def test_subject_prefix(tmp_path):
    one = read(write_c3d(tmp_path / "a.c3d", standing(), [f"Ann:{name}" for name in NAMES]))
    assert one.names == tuple(NAMES)
    assert any("'Ann:' taken off" in note for note in one.notes)
    two = read(write_c3d(tmp_path / "b.c3d", standing(), ["Ann:HEAD", "Bob:HEAD", "Bob:LHEE"]))
    assert two.names == ("Ann:HEAD", "Bob:HEAD", "Bob:LHEE")
    assert any("(Ann, Bob)" in note for note in two.notes)


def test_model_outputs_are_left_out_and_listed(tmp_path):
    path = write_c3d(tmp_path / "a.c3d", standing(), ["HEAD", "LHipAngles", "LHEE"], ANGLES=["LHipAngles"])
    content = FORMAT.read(path, ReadOptions())
    assert content.items[0].record.names == ("HEAD", "LHEE")
    assert dict(content.facts)["left out: angles"] == "LHipAngles"


def repeated(tmp_path, change):
    xyz = np.concatenate([standing(), standing()[:, :1]], axis=1)
    xyz[:, 3] = change(xyz[:, 3])
    path = write_c3d(tmp_path / "a.c3d", xyz, [*NAMES, "HEAX"])
    path.write_bytes(path.read_bytes().replace(b"HEAX", b"HEAD"))
    return path


@pytest.mark.parametrize("change", [lambda p: p, lambda p: p * np.nan])
def test_repeated_label_without_data_of_its_own_is_left_out(tmp_path, change):
    points = read(repeated(tmp_path, change))
    assert points.names == tuple(NAMES)
    assert any("1 repeated labels" in note for note in points.notes)


def test_label_for_two_points_is_refused(tmp_path):
    with pytest.raises(DataError, match="'HEAD' stands for two different points"):
        read(repeated(tmp_path, lambda p: p + 1))


def by_hand(order, processor, scale, samples, encode, last=2, more=b""):
    """A minimal file written from the C3D user guide: 2 frames, 1 point, integer or float samples."""
    header = struct.pack(f"{order}2B", 2, 80) + struct.pack(f"{order}5H", 1, 0, 1, last, 0) + encode(scale)
    header += struct.pack(f"{order}2H", 3, 0) + encode(50.0)
    label = struct.pack("2b5s", 6, 1, b"LABEL") + b"S"
    label += struct.pack(f"{order}HbB2B", 2 + 4 + 4 + 1, -1, 2, 4, 1) + b"HEAD" + b"\0"
    group = struct.pack("2b5s", 5, -1, b"POINT") + struct.pack(f"{order}HB", 3, 0)
    section = bytes([1, 80, 1, processor]) + group + more + label
    return header.ljust(512, b"\0") + section.ljust(512, b"\0") + samples


def dec(value):
    """A VAX F float: four times the IEEE value, 16-bit halves exchanged."""
    low, high = struct.unpack("<2H", struct.pack("<f", 4 * value))
    return struct.pack("<2H", high, low)


@pytest.mark.parametrize(
    ("order", "processor", "encode"),
    [("<", 84, lambda x: struct.pack("<f", x)), (">", 86, lambda x: struct.pack(">f", x)), ("<", 85, dec)],
)
@pytest.mark.parametrize("scale", [-0.1, 0.5])
def test_three_processors_integer_and_float(tmp_path, order, processor, encode, scale):
    rows = [(10, -20, 1700, 0), (11, -21, 1701, -1)]
    if scale < 0:
        samples = b"".join(encode(float(x)) for row in rows for x in row)
    else:
        samples = b"".join(struct.pack(f"{order}4h", *row) for row in rows)
    path = tmp_path / "a.c3d"
    path.write_bytes(by_hand(order, processor, scale, samples, encode))
    points = read(path)
    np.testing.assert_allclose(points.xyz_mm[0, 0], np.array(rows[0][:3]) * (1 if scale < 0 else 0.5))
    assert np.isnan(points.xyz_mm[1]).all()
    assert (points.names, points.fps) == (("HEAD",), 50.0)


@pytest.mark.parametrize("trial", ["HC002D06", "HC030A05", "HC036A10", "HC050A11"])
def test_real_trials_equal_ezc3d_and_the_vendors_joint_centres(shared_data, trial):
    path = shared_data / "vicon_pig" / f"{trial}.c3d"
    points = read(path)
    other = ezc3d.c3d(str(path))
    labels = [*other["parameters"]["POINT"]["LABELS"]["value"], *other["parameters"]["POINT"]["LABELS2"]["value"]]
    columns = [labels.index(name) for name in points.names]
    np.testing.assert_array_equal(
        points.xyz_mm, other["data"]["points"][:3].transpose(2, 1, 0)[:, columns].astype("f4")
    )
    assert {"LASI", "RHJC", "T10"} <= set(points.names)
    assert not {"LHipAngles", "RKneeForce", "LHipPower", "RHipMoment"} & set(points.names)
    with np.load(path.parent / "reference" / f"{trial}_axes.npz") as axes:
        for centre in ("LFEO", "RTIO", "LCLO", "RHUO"):
            np.testing.assert_allclose(points.xyz_mm[:, points.names.index(centre)], axes[centre], atol=1e-3)
    assert (points.fps, points.axes, points.notes) == (100.0, Axes.WORLD_Z_UP, ())


@pytest.mark.parametrize(
    ("damage", "expected"),
    [(lambda b: b[:700], "not a C3D|truncated"), (lambda b: b[:-600], "truncated"),
     (lambda b: b"\2\x51" + b[2:], "not a C3D"),
     (lambda b: b"\xff" + b[1:], "outside the file"), (lambda b: b[:515] + b"\1" + b[516:], "processor"),
     (lambda b: b[:2] + b"\xff\xff" + b[4:], "truncated"), (lambda b: b[:6] + b"\5\0\1\0" + b[10:], "no frames"),
     (lambda b: b[:16] + b"\xff\x7f" + b[18:], "outside the file"), (lambda b: b[:0], "empty")],
)  # fmt: skip
def test_damage_is_named_in_one_line(tmp_path, damage, expected):
    path = write_c3d(tmp_path / "a.c3d", standing(40))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=expected) as caught:
        read(path)
    assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 1500), st.integers(0, 255)), min_size=1, max_size=6), st.integers(0, 2000))
def test_any_damaged_file_is_read_or_refused(tmp_path, changes, cut):
    path = tmp_path / "a.c3d"
    if not path.exists():
        write_c3d(tmp_path / "whole.c3d", standing(40), Y_SCREEN=["+Z"])
    data = bytearray((tmp_path / "whole.c3d").read_bytes())
    for place, value in changes:
        data[place] = value
    path.write_bytes(data[: len(data) - cut] if cut < 1000 else data)
    try:
        points = read(path)
    except DataError as error:
        assert "\n" not in str(error)
    else:
        assert points.n_frames >= 1


def test_frames_beyond_16_bits(tmp_path):
    path = write_c3d(tmp_path / "a.c3d", np.repeat(standing(1), 70_000, axis=2))
    cut = read(path)
    assert cut.n_frames == 65_535
    assert any("16-bit frame count is full" in note for note in cut.notes)
    fields = struct.pack("<2b5sHB", 5, -2, b"TRIAL", 3, 0)
    for name, words in ((b"ACTUAL_START_FIELD", (1, 0)), (b"ACTUAL_END_FIELD", (70_000 - 65_536, 1))):
        fields += struct.pack("2b", len(name), 2) + name + struct.pack("<HbBB2hB", 10, 2, 1, 2, *words, 0)
    samples = np.tile(np.array([10, 20, 1700, 0], "<i2"), 70_000).tobytes()
    path.write_bytes(by_hand("<", 84, 1.0, samples, lambda x: struct.pack("<f", x), last=65_535, more=fields))
    assert read(path).n_frames == 70_000


def test_detection_by_header_and_parameter_section():
    assert FORMAT.sniff(Path("a.c3d"), b"\2\x50\0\0").sure
    assert FORMAT.sniff(Path("a.dat"), b"\2\x50".ljust(515, b"\0") + b"\x54").sure
    assert FORMAT.sniff(Path("a.dat"), b"\2\x50\0\0") is None
    assert FORMAT.sniff(Path("a.c3d"), b"\2\x51\0\0") is None
