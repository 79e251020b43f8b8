"""Reading .npy and .npz: equal to numpy on good files, one clear line on bad ones."""

from __future__ import annotations

import hashlib
import io
import time
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.errors import DataError
from core.formats.arrays import as_poses_array, floating, load_npy, load_npz, npy_header, npz_headers


def npy_bytes(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


@settings(max_examples=80, deadline=None)
@given(
    hnp.arrays(
        hnp.floating_dtypes(endianness="?") | hnp.integer_dtypes(endianness="?") | hnp.boolean_dtypes(),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    ),
    st.booleans(),
)
def test_npy_reads_what_numpy_wrote(tmp_path_factory, array, fortran):
    path = tmp_path_factory.mktemp("npy") / "a.npy"
    array = np.asfortranarray(array) if fortran else array
    np.save(path, array)
    read, sha256 = load_npy(path)
    expected = np.load(path)
    assert read.dtype == expected.dtype
    assert np.array_equal(read, expected, equal_nan=expected.dtype.kind == "f")
    assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    header = npy_header(path)
    assert (header.shape, header.dtype) == (expected.shape, expected.dtype)
    assert not read.flags.writeable


def test_headers_of_other_versions_and_spellings(tmp_path):
    path = tmp_path / "a.npy"
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    for version in ((1, 0), (2, 0), (3, 0)):
        buffer = io.BytesIO()
        np.lib.format.write_array(buffer, array, version=version)
        path.write_bytes(buffer.getvalue())
        assert np.array_equal(load_npy(path)[0], array)
    text = b'{"shape":(2,3),"fortran_order":False,"descr":"<f4"}\n'
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + array.tobytes())
    assert np.array_equal(load_npy(path)[0], array)


def test_truncated_npy_at_every_length(tmp_path):
    path = tmp_path / "a.npy"
    data = npy_bytes(np.ones((2, 17, 3), np.float32))
    for end in range(len(data)):
        path.write_bytes(data[:end])
        with pytest.raises(DataError) as caught:
            load_npy(path)
        assert "\n" not in str(caught.value)
        assert str(path) in str(caught.value)
    path.write_bytes(data + b"more")
    with pytest.raises(DataError, match=r"longer than its header says; expected 408 bytes of numbers, got 412"):
        load_npy(path)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"not an array at all", "not a numpy"),
        (npy_bytes(np.array([{}, 1], dtype=object)), "Python objects"),
        (npy_bytes(np.zeros(2, dtype=[("a", "f4")])), "unsupported type"),
        (npy_bytes(np.array(["2020-01-01"], dtype="M8[D]")), "unsupported type"),
        (b"\x93NUMPY\x01\x00\x10\x00" + b"__import__('os')", "header"),
        (b"\x93NUMPY\x01\x00\x76\x00"
         + b"{'descr': '<f4', 'fortran_order': False, 'shape': (-5,), }".ljust(118), "shape"),
        (b"\x93NUMPY\x02\x00\xff\xff\xff\x7f", "claims"),
        (b"\x93NUMPY\x01\x00\x76\x00"
         + b"{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999,), }".ljust(118), "truncated"),
    ],
)  # fmt: skip
def test_bad_npy_is_one_line(tmp_path, data, words):
    path = tmp_path / "a.npy"
    path.write_bytes(data)
    with pytest.raises(DataError, match=words) as caught:
        load_npy(path)
    assert "\n" not in str(caught.value)


def test_missing_file(tmp_path):
    for reader in (load_npy, load_npz, npy_header, npz_headers):
        with pytest.raises(DataError, match=r"cannot be read \(No such file"):
            reader(tmp_path / "absent")


def test_header_alone_is_fast(tmp_path):
    path = tmp_path / "a.npy"
    np.save(path, np.zeros((1000, 17, 3), np.float32))
    best = min(_seconds(lambda: [npy_header(path) for _ in range(100)]) for _ in range(5)) / 100
    assert best < 200e-6  # 20 us on the machine it was written on; wide, because test machines are shared


def _seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def test_npz_as_numpy_reads_it(tmp_path):
    path = tmp_path / "a.npz"
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.array("text"), "c": np.zeros((0, 3), ">f4")}
    for save in (np.savez, np.savez_compressed):
        save(path, **arrays, o=np.array({"S1": {"walk": np.ones((2, 17, 3), np.float32)}}, dtype=object))
        read, sha256 = load_npz(path, objects=True)
        assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        for name, array in arrays.items():
            assert np.array_equal(read[name], array)
        assert np.array_equal(read["o"].item()["S1"]["walk"], np.ones((2, 17, 3)))
        assert npz_headers(path)["a"].shape == (2, 3)
        with pytest.raises(DataError, match="member 'o': holds Python objects"):
            load_npz(path)
        assert set(load_npz(path, only=("a", "b"))[0]) == {"a", "b"}


def bomb(path, declared: int | None = None) -> None:
    """An archive of a few hundred kilobytes that unpacks to 300 MB of zeros, its header honest or lying."""
    head = npy_bytes(np.zeros(1))[:128].replace(b"(1,), }         ", b"(37500000,), }  ")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.npy", "w") as member:
        member.write(head)
        for _ in range(300):
            member.write(bytes(1_000_000))
    if declared is not None:
        data = path.read_bytes()
        true = (300_000_000 + 128).to_bytes(4, "little")
        assert data.count(true) >= 1
        path.write_bytes(data.replace(true, declared.to_bytes(4, "little")))


@pytest.mark.parametrize("declared", [None, 1000])
def test_zip_bomb_is_refused(tmp_path, declared):
    path = tmp_path / "bomb.npz"
    bomb(path, declared)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(DataError, match="zip bomb" if declared is None else "damaged|truncated"):
        load_npz(path)


def test_many_small_members_share_one_limit(tmp_path):
    path = tmp_path / "a.npz"
    np.savez_compressed(path, **{f"m{i}": np.zeros(100_000) for i in range(10)})
    with pytest.raises(DataError, match="zip bomb"):
        load_npz(path, limit_bytes=2_000_000)
    assert len(load_npz(path)[0]) == 10


def test_npz_oddities(tmp_path):
    path = tmp_path / "a.npz"
    np.savez(path, a=np.ones(3))
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("a.npy", npy_bytes(np.zeros(3)))
    with pytest.raises(DataError, match="'a' twice"):
        load_npz(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(DataError, match=r"'readme.txt': not a numpy"):
        load_npz(path)
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(DataError, match=r"damaged \.npz"):
        load_npz(path)


def test_npz_object_member_that_runs_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return eval, (f"open({str(tmp_path / 'ran')!r}, 'w')",)

    path = tmp_path / "a.npz"
    np.savez(path, positions_3d=np.array({"S1": Evil()}, dtype=object))
    with pytest.raises(DataError, match=r"builtins\.eval.*nothing was run"):
        load_npz(path, objects=True)
    assert not (tmp_path / "ran").exists()


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_archives_read_or_are_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("npz")
    path = folder / "a.npz"
    save = np.savez_compressed if data.draw(st.booleans()) else np.savez
    save(path, a=np.ones((2, 3)), o=np.array({"x": np.ones(2)}, dtype=object))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))] if data.draw(st.booleans()) else content))
    for reader in (lambda: load_npz(path, objects=True), lambda: npz_headers(path)):
        try:
            reader()
        except DataError as error:
            assert "\n" not in str(error)


POSES = np.random.default_rng(0).normal(size=(4, 17, 3))


@pytest.mark.parametrize("dtype", ["<f2", "<f4", "<f8", ">f4", ">f8", np.longdouble])
def test_poses_of_every_floating_type(tmp_path, dtype):
    poses = as_poses_array(np.asfortranarray(POSES.astype(dtype)), tmp_path)
    assert poses.dtype == np.float32
    assert poses.flags.c_contiguous
    assert np.allclose(poses, POSES, atol=2e-3)


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (POSES.astype(complex), r"wrong type; expected \(T, 17, 3\) floating point, got \(4, 17, 3\) complex128"),
        (POSES.astype(int), "int64"),
        (POSES > 0, "bool"),
        (POSES[:, :16], r"wrong shape; expected \(T, 17, 3\) floating point, got \(4, 16, 3\) float64"),
        (POSES[0], r"got \(17, 3\)"),
        (POSES[:0], "no frames"),
        (np.full_like(POSES, np.nan), "no defined frame"),
        (np.where(np.arange(4)[:, None, None] == 2, np.inf, POSES), "frame 2: infinite"),
        (np.where(np.arange(4)[:, None, None] == 3, 1e300, POSES), "frame 3: infinite"),
    ],
)
def test_poses_that_are_refused(tmp_path, array, words):
    with pytest.raises(DataError, match=words):
        as_poses_array(array, tmp_path / "a.npy")


def test_one_missing_joint_is_kept_missing(tmp_path):
    array = POSES.copy()
    array[1, 5] = np.nan
    assert np.array_equal(np.isnan(as_poses_array(array, tmp_path)), np.isnan(array))
    assert floating(array, (None, None, 3), tmp_path).shape == (4, 17, 3)


def test_third_party_files_equal_numpy(shared_data):
    paths = sorted((shared_data / "lifter_outputs").rglob("*.np[yz]"))
    assert len(paths) > 20
    for path in paths:
        trusted = np.load(path, allow_pickle=True)  # trusted third-party data, as the reference implementation
        if path.suffix == ".npy":
            assert np.array_equal(load_npy(path)[0], trusted)
            continue
        read, _ = load_npz(path, objects=True)
        assert set(read) == set(trusted.files)
        for name in trusted.files:
            assert read[name].shape == trusted[name].shape
            if trusted[name].dtype != object:
                assert np.array_equal(read[name], trusted[name])
