"""The allow-list unpickler: builds what numpy pickles hold, refuses everything else, and runs nothing."""

from __future__ import annotations

import builtins
import pickle
import re
import struct
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.formats.unpickle import array_in, load_pickle

PATH = Path("some.pkl")
PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)


def same(a: object, b: object) -> bool:
    if isinstance(b, np.ndarray):
        a = np.asarray(a)
        if a.shape != b.shape or a.dtype.newbyteorder("=") != b.dtype.newbyteorder("="):
            return False
        if b.dtype == object:
            return all(same(x, y) for x, y in zip(a.ravel(), b.ravel(), strict=True))
        return bool(np.array_equal(a, b))
    if isinstance(b, dict):
        return isinstance(a, dict) and list(a) == list(b) and all(same(a[k], b[k]) for k in b)
    if isinstance(b, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    return type(a) is type(b) and bool(a == b)


SAMPLES = [
    {"a": np.arange(6.0).reshape(2, 3), "b": [1, 2.5, "ü", None, True, b"\x00\xff", 2**70], ("S1", "c"): (1,)},
    np.asfortranarray(np.arange(12).reshape(3, 4)),
    np.arange(5, dtype=">f4"),
    np.arange(20.0)[::3],
    np.array(["a", "bb"]),
    np.array([{"a": np.ones(2)}, None, [1]], dtype=object),
    np.array(7.5),
    np.float32(3.5),
    np.int64(-2),
    np.bool_(True),
    [],
    "text",
]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("value", SAMPLES, ids=[str(i) for i in range(len(SAMPLES))])
def test_plain_values_come_back(value, protocol):
    assert same(load_pickle(pickle.dumps(value, protocol), PATH), value)


def test_both_homes_of_numpy_and_python_2_text():
    new = pickle.dumps(np.arange(3.0), 2)
    assert b"numpy._core.multiarray" in new or b"numpy.core.multiarray" in new
    for module in (b"numpy.core.multiarray", b"numpy._core.multiarray"):
        text = re.sub(rb"numpy\._?core\.multiarray", module, new)
        assert np.array_equal(load_pickle(text, PATH), np.arange(3.0))
    python2 = b"\x80\x02U\x03a\xe9b."  # SHORT_BINSTRING, a byte string of Python 2
    assert load_pickle(python2, PATH) == "a\xe9b"


class RunsCode:
    """Pickles to a call of a builtin that would leave a trace."""

    def __init__(self, name: str, *args: object) -> None:
        self.call = (getattr(builtins, name), args)

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ["eval", "exec", "open", "getattr", "print", "__import__"])
def test_code_is_named_and_not_run(tmp_path, protocol, name):
    trace = tmp_path / "ran"
    args = {
        "open": (str(trace), "w"), "getattr": ([], "append"), "print": ("x",), "__import__": ("antigravity",),
    }.get(name, (f"open({str(trace)!r}, 'w').close()",))  # fmt: skip
    stored = getattr(builtins, name).__name__  # Qt's binding, once loaded, puts its own in the place of __import__
    for value in ([1, RunsCode(name, *args)], {"positions": np.ones(3), "x": RunsCode(name, *args)}):
        with pytest.raises(DataError, match=rf"(builtins|__builtin__|io)\.{stored}.*nothing was run"):
            load_pickle(pickle.dumps(value, protocol), PATH)
    assert not trace.exists()


def test_objects_of_other_classes_are_named():
    for value, name in ((OrderedDict(a=1), "collections.OrderedDict"), (Path("x"), "pathlib"), ({1, 2}, "set|0x8f"),
                        (1j, "complex"), (np.random.RandomState(0), "numpy.random")):  # fmt: skip
        for protocol in (2, 4):
            with pytest.raises(DataError, match=name):
                load_pickle(pickle.dumps(value, protocol), PATH)


FORGED = {
    "system": b"cposix\nsystem\n(S'echo hi'\ntR.",
    "inst": b"(S'echo hi'\niposix\nsystem\n.",
    "dtype called with an attribute": b"cnumpy\ndtype\n}b.",
    "ndarray called": b"cnumpy\nndarray\n(I1000000000\ntR.",
    "newobj of a builder": b"\x80\x02cnumpy\ndtype\n)\x81.",
    "huge memo index": b"\x80\x02Nr\xff\xff\xff\x7f0000000000.",
    "huge text memo index": b"Np4000000000\n.",
    "extension registry": b"\x80\x02\x82\x01.",
    "persistent id": b"\x80\x02K\x01Q.",
    "reconstruct of a list": b"cnumpy.core.multiarray\n_reconstruct\n(](K\x00tc_codecs\nencode\n(X\x01\x00\x00\x00bX"
    b"\x06\x00\x00\x00latin1tRtR.",
    "other coding": b"c_codecs\nencode\n(X\x01\x00\x00\x00bX\x03\x00\x00\x00zipTR".replace(b"T", b"t") + b".",
    "empty stack": b"\x80\x02.",
    "nothing": b"",
    "no stop": b"\x80\x04]\x94(K\x01",
    "text": b"hello world, this is no pickle",
    "endless length": b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"xxxx.",
    "absurd integer": b"\x80\x02\x8b" + struct.pack("<I", 10**6) + bytes(10**6) + b".",
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_programs_are_refused(name):
    with pytest.raises(DataError) as caught:
        load_pickle(FORGED[name], PATH)
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("some.pkl: ")


def array_pickle(shape: tuple, descr: str, data: object, dtype_state: tuple = (3, "<", None, None, None, -1, -1, 0)):
    """A pickle that sets an array's state as numpy does, but with any values (written with pickle's own tools)."""

    state = b"(K\x01" + pickle.dumps(shape, 2)[2:-1]
    dtype = (b"cnumpy\ndtype\n" + pickle.dumps(descr, 2)[2:-1] + b"\x89\x88\x87R" + pickle.dumps(dtype_state, 2)[2:-1]
             + b"b")  # fmt: skip
    head = b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
    return head + state + dtype + b"\x89" + pickle.dumps(data, 2)[2:-1] + b"tb."


def test_forged_array_states():
    good = array_pickle((2,), "f8", "\x00" * 16)
    assert np.array_equal(load_pickle(good, PATH), np.zeros(2))
    bad = [
        array_pickle((10**12,), "f8", ""),  # far more than the file holds
        array_pickle((10**12, 0), "f8", ""),  # no data, but loops over the first axis would not end
        array_pickle((3,), "f8", "\x00" * 16),
        array_pickle((-1,), "f8", ""),
        array_pickle((1,), "O8", "\x00" * 8),  # bytes as object pointers
        array_pickle((1,), "O8", "\x00" * 8, (4, "|", None, None, None, -1, -1, 0)),
        array_pickle((1,), "V8", "\x00" * 8),
        array_pickle((1,), "f8", "\x00" * 8, (3, "<", None, ("a",), {"a": 1}, 8, 8, 0)),  # fields
        array_pickle((1,), "f8,O", "\x00" * 16),
        array_pickle((1,), "M8[ns]", "\x00" * 8),
        array_pickle((5,), "S0", ""),
    ]
    for program in bad:
        with pytest.raises(DataError):
            load_pickle(program, PATH)


def test_one_buffer_cannot_be_reused_without_end():
    block = pickle.dumps(np.zeros(100_000, np.uint8), 4)
    assert load_pickle(block, PATH).nbytes == 100_000
    body = bytes(100_000)
    program = b"\x80\x05B" + struct.pack("<I", len(body)) + body + b"\x94](" + 50 * (
        b"cnumpy._core.numeric\n_frombuffer\n(h\x00cnumpy\ndtype\nX\x02\x00\x00\x00u1\x89\x88\x87RJ\xa0\x86\x01\x00"
        b"\x85X\x01\x00\x00\x00CtR"
    ) + b"e."  # fmt: skip
    with pytest.raises(DataError, match="larger than the file"):
        load_pickle(program, PATH)


def test_truncation_anywhere_is_one_line():
    data = pickle.dumps(SAMPLES[0], 4)
    for end in range(len(data)):
        with pytest.raises(DataError) as caught:
            load_pickle(data[:end], PATH)
        assert "\n" not in str(caught.value)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_pickles_read_or_are_refused(data):
    program = bytearray(pickle.dumps(SAMPLES[data.draw(st.integers(0, 11))], data.draw(st.integers(0, 5))))
    for _ in range(data.draw(st.integers(1, 4))):
        program[data.draw(st.integers(0, len(program) - 1))] = data.draw(st.integers(0, 255))
    try:
        load_pickle(bytes(program), PATH)
    except DataError as error:
        assert "\n" not in str(error)


def test_nested_lists_are_not_converted():
    with pytest.raises(DataError, match="no array"):
        array_in([[1.0]], "R of camera 1", PATH)
