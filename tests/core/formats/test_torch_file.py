"""Files of ``torch.save``: read equal to what torch reads, in both forms, and nothing of them is ever run."""

from __future__ import annotations

import io
import os
import pickle
import struct
import sys
import tracemalloc
import types
import zipfile
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DataError
from core.formats.torch_file import is_torch_file, load_torch, parse_torch
from core.formats.torch_pickle import Inert

PATH = Path("some.pth")
FORMS = {"zip": True, "legacy": False}
_BASE = torch.arange(24.0).reshape(2, 3, 4)
_TYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int8, torch.uint8, torch.int16,
          torch.int32, torch.int64, torch.bool, torch.complex64, torch.complex128)  # fmt: skip
_NEW_TYPES = (torch.uint16, torch.uint32, torch.uint64)  # torch itself reads these back from zip archives only


def trained() -> dict[str, Any]:
    """Weights with the state of an optimiser, as training leaves them."""
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4))
    optimizer = torch.optim.Adam(model.parameters(), amsgrad=True)
    model(torch.randn(5, 3)).square().sum().backward()
    optimizer.step()
    return {"epoch": 3, "model_pos": model.state_dict(), "optimizer": optimizer.state_dict(), "loss": np.float64(3.5)}


SAMPLES: dict[str, Any] = {
    "checkpoint": trained(),
    "views of one storage": [_BASE, _BASE[1], _BASE.permute(2, 0, 1), _BASE[:, 1:, ::2], _BASE.transpose(0, 2)],
    "expanded": torch.ones(3, 1).expand(3, 4),
    "kinds": [torch.tensor([0, 1, 3, 2, 1]).to(kind) for kind in _TYPES],
    "no numbers": [torch.zeros(0), torch.zeros(3, 0, 2), torch.zeros(0, dtype=torch.bfloat16)],
    "one number": torch.tensor(2.5),
    "parameter": torch.nn.Parameter(torch.ones(2, 2)),
    "size": torch.Size([2, 3]),
    "containers": {"d": defaultdict(dict, {1: {2: 3}}), "o": OrderedDict([("b", 1), ("a", 2)]), "c": Counter("aab"),
                   "n": None, "t": (1, "ü", [True]), "numpy": np.arange(6).reshape(2, 3)},
}  # fmt: skip


def saved(value: object, zipped: bool, protocol: int = 2) -> bytes:
    file = io.BytesIO()
    torch.save(value, file, _use_new_zipfile_serialization=zipped, pickle_protocol=protocol)
    return file.getvalue()


def same(ours: Any, theirs: Any) -> bool:
    """Equal to what torch gives, tensors as read-only arrays, bfloat16 as float32."""
    if isinstance(theirs, torch.Tensor):
        tensor = theirs.detach()
        wanted = (tensor.float() if tensor.dtype == torch.bfloat16 else tensor).numpy()
        assert isinstance(ours, np.ndarray) and not ours.flags.writeable
        return ours.dtype == wanted.dtype and ours.shape == wanted.shape and np.array_equal(ours, wanted)
    if isinstance(theirs, np.ndarray):
        return np.array_equal(np.asarray(ours), theirs)
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and list(ours) == list(theirs) and all(same(ours[k], theirs[k]) for k in theirs)
    if isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(same(a, b) for a, b in zip(ours, theirs, strict=True))
    return bool(ours == theirs)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("sample", SAMPLES)
def test_reads_what_torch_reads(sample, form, protocol, tmp_path):
    path = tmp_path / "x.pth"
    path.write_bytes(saved(SAMPLES[sample], FORMS[form], protocol))
    assert is_torch_file(path, path.read_bytes()[:64])
    assert same(load_torch(path), torch.load(path, weights_only=False))


def test_newer_kinds_of_integers():
    tensors = [torch.tensor([0, 1, 3], dtype=torch.int64).to(kind) for kind in _NEW_TYPES]
    for zipped in (True, False):
        assert same(parse_torch(saved(tensors, zipped), PATH), tensors)


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def zipped(content: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_packed_again_with_compression():
    value = {"w": torch.randn(40, 30), "b": torch.randn(7)}
    packed = zipped(members(saved(value, True)), zipfile.ZIP_DEFLATED)
    assert same(parse_torch(packed, PATH), value)


def test_written_on_a_machine_of_the_other_byte_order():
    value = [torch.arange(5.0), torch.arange(4, dtype=torch.int16), torch.tensor([1.0, -2.5]).bfloat16()]
    turned = {}
    for name, data in members(saved(value, True)).items():
        key = name.rsplit("/", 1)[1]
        turned[name] = b"big" if key == "byteorder" else data
        if "/data/" in name:
            width = value[int(key)].element_size()
            turned[name] = np.frombuffer(data, f"u{width}").byteswap().tobytes()
    for ours, theirs in zip(parse_torch(zipped(turned), PATH), value, strict=True):
        assert np.array_equal(ours, theirs.float().numpy())


class Storage:
    """Numbers as torch 0.3 refers to them."""

    def __init__(self, key: str, numbers: list[float], view: tuple[str, int, int] | None = None) -> None:
        self.key, self.numbers, self.view = key, numbers, view


class OldTensor:
    """A tensor as torch up to 0.3 pickles it: by ``_rebuild_tensor``, with four arguments."""

    def __init__(self, storage: Storage, offset: int, size: tuple[int, ...], stride: tuple[int, ...]) -> None:
        self.arguments = (storage, offset, size, stride)


class Python2Dictionary:
    """An ordered dictionary as Python 2 pickles it: its entries as an argument."""

    def __init__(self, *entries: tuple[str, object]) -> None:
        self.entries = [list(entry) for entry in entries]


class OldPickler(pickle.Pickler):
    def persistent_id(self, value: object) -> object:
        if not isinstance(value, Storage):
            return None
        return "storage", torch.FloatStorage, value.key, "cuda:0", len(value.numbers), value.view

    def reducer_override(self, value: object) -> Any:
        if isinstance(value, OldTensor):
            return torch._utils._rebuild_tensor, value.arguments
        if isinstance(value, Python2Dictionary):
            return OrderedDict, (value.entries,)
        return NotImplemented


def legacy(body: bytes, *storages: Storage, keys: object = None, counts: dict[str, int] | None = None) -> bytes:
    """A file of the older form around the program of an object."""
    machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    listed = [storage.key for storage in storages] if keys is None else keys
    data = b"".join(pickle.dumps(part, 2) for part in (0x1950A86A20F9469CFC6C, 1001, machine)) + body
    data += pickle.dumps(listed, 2)
    for storage in storages:
        data += struct.pack("<q", (counts or {}).get(storage.key, len(storage.numbers)))
        data += np.array(storage.numbers, "<f4").tobytes()
    return data


def old_program(value: object) -> bytes:
    file = io.BytesIO()
    OldPickler(file, 2).dump(value)
    return file.getvalue()


def test_files_of_torch_0_3_and_python_2():
    one, other = Storage("1", [0, 1, 2, 3, 4, 5]), Storage("2", [7, 8])
    half = Storage("1", [0, 1, 2, 3, 4, 5], view=("9", 2, 3))
    value = Python2Dictionary(
        ("w", OldTensor(one, 0, (2, 3), (3, 1))), ("t", OldTensor(one, 1, (2, 2), (1, 3))),
        ("b", OldTensor(other, 0, (2,), (1,))), ("v", OldTensor(half, 1, (2,), (1,))),
    )  # fmt: skip
    got = parse_torch(legacy(old_program({"state_dict": value}), one, other), PATH)
    wanted = {"w": [[0, 1, 2], [3, 4, 5]], "t": [[1, 4], [2, 5]], "b": [7, 8], "v": [3, 4]}
    assert isinstance(got, dict)
    assert {name: array.tolist() for name, array in got["state_dict"].items()} == wanted


_STATE = pickle.dumps(np.arange(4, dtype="u4"), 2)[2:-1]
RANDOM_STATES = {
    "numpy before 1.17": b"cnumpy.random\n__RandomState_ctor\n)R(X\x07\x00\x00\x00MT19937" + _STATE
    + b"K\x03K\x00G\x00\x00\x00\x00\x00\x00\x00\x00tb",
    "numpy 1.17 to 1.23": b"cnumpy.random._pickle\n__randomstate_ctor\nX\x07\x00\x00\x00MT19937\x85R"
    b"}X\x03\x00\x00\x00posK\x03sb",
}  # fmt: skip


@pytest.mark.parametrize("case", RANDOM_STATES)
def test_states_of_random_generators_of_older_numpy(case):
    body = b"\x80\x02}X\x0c\x00\x00\x00random_state" + RANDOM_STATES[case] + b"s."
    got = parse_torch(legacy(body), PATH)
    assert isinstance(got, dict) and type(got["random_state"]) is Inert


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("protocol", [2, 4])
def test_states_of_random_generators_are_inert(form, protocol):
    value = {"seeded": np.random.RandomState(1), "unseeded": np.random.RandomState(), "w": torch.ones(2)}
    got = parse_torch(saved(value, FORMS[form], protocol), PATH)
    assert isinstance(got, dict)
    assert type(got["seeded"]) is type(got["unseeded"]) is Inert
    assert same(got["w"], value["w"])


def test_histories_of_losses_of_mmengine_are_inert(monkeypatch):
    module = types.ModuleType("mmengine.logging.history_buffer")
    for name in ("mmengine", "mmengine.logging", module.__name__):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name) if name != module.__name__ else module)

    class HistoryBuffer:
        def __init__(self) -> None:
            self.max_length, self._log_history = 1000, np.ones(3)

    HistoryBuffer.__module__, HistoryBuffer.__qualname__ = module.__name__, "HistoryBuffer"
    module.HistoryBuffer = HistoryBuffer
    data = saved({"message_hub": {"log_scalars": {"loss": HistoryBuffer()}}, "state_dict": {"w": torch.ones(2)}}, True)
    got: Any = parse_torch(data, PATH)
    assert type(got["message_hub"]["log_scalars"]["loss"]) is Inert
    assert np.array_equal(got["state_dict"]["w"], [1, 1])


class Calls:
    """Pickles to a call."""

    def __init__(self, call: Callable[..., object], *arguments: object) -> None:
        self.call = (call, arguments)

    def __reduce__(self) -> Any:
        return self.call


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("call", "name"), [
    (os.system, "system"), (eval, "eval"), (exec, "exec"), (getattr, "getattr"), (torch.load, "torch.serialization"),
    (torch.jit.load, "torch.jit"), (torch.hub.load, "torch.hub"), (np.load, "load"),
])  # fmt: skip
def test_calls_are_named_and_not_run(call, name, form, tmp_path):
    trace = tmp_path / "ran"
    argument = f"touch {trace}" if call is os.system else f"open({str(trace)!r}, 'w').close()"
    with pytest.raises(DataError, match=rf"{name}.*nothing was run"):
        parse_torch(saved({"w": torch.ones(2), "x": Calls(call, argument)}, FORMS[form]), PATH)
    assert not trace.exists()


@pytest.mark.parametrize("form", FORMS)
def test_whole_models_are_named_and_not_built(form):
    with pytest.raises(DataError, match=r"torch\.nn\.modules\.linear\.Linear"):
        parse_torch(saved(torch.nn.Linear(2, 2), FORMS[form]), PATH)


def tensor_program(count: int = 6, offset: int = 0, size: object = (2, 3), stride: object = (3, 1),
                   key: str = "0", element: bytes = b"torch\nFloatStorage") -> bytes:  # fmt: skip
    """The program of one tensor with any numbers in it."""

    def plain(value: object) -> bytes:
        return pickle.dumps(value, 2)[2:-1]

    reference = b"(" + plain("storage") + b"c" + element + b"\n" + plain(key) + plain("cpu") + plain(count) + b"tQ"
    return (b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(" + reference + plain(offset) + plain(size) + plain(stride)
            + b"\x89NtR.")  # fmt: skip


def archive(program: bytes, storage: bytes = bytes(24), **more: bytes) -> bytes:
    return zipped({"a/data.pkl": program, "a/byteorder": b"little", "a/data/0": storage,
                   **{f"a/{name}": data for name, data in more.items()}})  # fmt: skip


def test_the_made_up_archive_is_read():
    assert same(parse_torch(archive(tensor_program(), np.arange(6, dtype="f4").tobytes()), PATH),
                torch.arange(6.0).reshape(2, 3))  # fmt: skip


_SIX = Storage("0", [0.0] * 6)
FORGED_TENSORS = {
    "storage larger than its member": {"count": 7},
    "storage smaller than its member": {"count": 5},
    "storage of absurd size": {"count": 2**61},
    "storage of negative size": {"count": -6},
    "storage of no whole size": {"count": 6.0},
    "absent storage": {"key": "1"},
    "storage elsewhere": {"key": "../data.pkl"},
    "beyond the storage": {"size": (2, 4)},
    "stride beyond the storage": {"stride": (4, 1)},
    "offset beyond the storage": {"offset": 1},
    "negative offset": {"offset": -1},
    "negative stride": {"stride": (-3, 1)},
    "negative size": {"size": (-2, 3)},
    "more sizes than strides": {"size": (2, 3, 1)},
    "size that is no tuple": {"size": 6},
    "aliased without end": {"size": (10**12,), "stride": (0,)},
    "aliased without end, and empty": {"size": (10**12, 0), "stride": (0, 0)},
    "too many axes": {"size": (1,) * 70, "stride": (1,) * 70},
    "absurd numbers": {"size": (2**70,), "stride": (2**70,)},
    "kind of numbers that does not exist": {"element": b"torch\nFloat12Storage"},
    "kind of numbers that is an object": {"element": b"torch\nSize"},
}


@pytest.mark.parametrize("case", FORGED_TENSORS)
def test_forged_tensors_are_refused_with_one_line(case):
    changed: Any = FORGED_TENSORS[case]
    for data in (archive(tensor_program(**changed)), legacy(tensor_program(**changed), _SIX)):
        with pytest.raises(DataError) as caught:
            parse_torch(data, PATH)
        assert "\n" not in str(caught.value) and str(caught.value).startswith("some.pth: ")


def repeated(first: bytes, build: bytes, times: int) -> bytes:
    """A list of the same thing built again and again, from something that is stored once."""
    return b"\x80\x04" + first + b"r\xff\xff\x00\x000](" + build * times + b"e."


_KEPT = b"j\xff\xff\x00\x00"
_TEXT = b"X" + struct.pack("<I", 1 << 16) + b"a" * (1 << 16)
_ENTRIES = pickle.dumps([[n, n] for n in range(20_000)], 2)[2:-1]
UNFOLDING = {
    "tensors": repeated(b"N", tensor_program(1 << 14, 0, (1 << 14,), (1,))[2:-1], 100),
    "bfloat16": repeated(
        b"N", tensor_program(1 << 15, 0, (1 << 15,), (1,), element=b"torch\nBFloat16Storage")[2:-1], 100
    ),
    "bytes": repeated(_TEXT, b"c_codecs\nencode\n(" + _KEPT + b"X\x06\x00\x00\x00latin1tR", 900),
    "dictionaries": repeated(_ENTRIES, b"ccollections\nOrderedDict\n(" + _KEPT + b"tR", 900),
    "texts": repeated(
        _TEXT,
        b"cnumpy.core.multiarray\nscalar\n(cnumpy\ndtype\n(X\x06\x00\x00\x00S65536\x89\x88tR" + _KEPT + b"tR", 900
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFOLDING)
def test_nothing_small_unfolds_into_something_large(case):
    with pytest.raises(DataError, match="far larger than the file"):
        parse_torch(archive(UNFOLDING[case], bytes(1 << 16)), PATH)


def bomb(size: int) -> bytes:
    return zipped({"a/data.pkl": b"\x80\x02N.", "a/data/0": bytes(size)}, zipfile.ZIP_DEFLATED)


FORGED_ARCHIVES = {
    "zip bomb": (lambda: bomb(64 << 20), "zip bomb"),
    "zip bomb in a zip": (lambda: archive(bomb(64 << 20)), "opcode|truncated|pickle"),
    "pickle that is an archive": (lambda: archive(archive(b"\x80\x02N.")), "opcode|truncated|pickle"),
    "arrays of numpy": (lambda: zipped({"a.npy": b"x"}), "not of torch.save; .*got a.npy"),
    "two objects": (lambda: zipped({"a/data.pkl": b"\x80\x02N.", "b/data.pkl": b"\x80\x02N."}), "not of torch.save"),
    "object deep below": (lambda: zipped({"a/b/data.pkl": b"\x80\x02N."}), "not of torch.save"),
    "TorchScript": (lambda: archive(b"\x80\x02N.", **{"constants.pkl": b"\x80\x02)."}), "TorchScript"),
    "no archive after all": (lambda: b"PK\x03\x04" + bytes(100), "damaged archive"),
    "plain pickle": (lambda: pickle.dumps({"w": np.ones(3)}, 2), "is a pickle, but not of torch.save"),
    "text": (lambda: b"state_dict of my model", "is not a file of torch.save"),
    "of another version": (lambda: legacy(b"\x80\x02N.").replace(b"M\xe9\x03", b"M\xea\x03", 1), "unknown version"),
    "keys that are none": (lambda: legacy(tensor_program(), _SIX, keys={"0": 1}), "list of its storages"),
    "a key twice": (lambda: legacy(tensor_program(), _SIX, keys=["0", "0"]), "list of its storages"),
    "a key too many": (lambda: legacy(tensor_program(), _SIX, keys=["0", "7"]), "nothing refers to"),
    "a key too few": (lambda: legacy(tensor_program(), _SIX, keys=[]), "does not list"),
    "another count": (lambda: legacy(tensor_program(), _SIX, counts={"0": 7}), "another size"),
    "absurd count": (lambda: legacy(tensor_program(), _SIX, counts={"0": 2**62}), "another size"),
}  # fmt: skip


@pytest.mark.parametrize("case", FORGED_ARCHIVES)
def test_forged_files_are_refused_with_one_line(case):
    build, words = FORGED_ARCHIVES[case]
    with pytest.raises(DataError, match=words) as caught:
        parse_torch(build(), PATH)
    assert "\n" not in str(caught.value)


FORGED_PROGRAMS = {
    "state of a tensor": tensor_program()[:-1]
    + b"(K\x01K\x02\x85cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R\x89]tb.",
    "items of a tensor": tensor_program()[:-1] + b"K\x00K\x01s.",
    "state of a storage": b"\x80\x02(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000NK\x06tQ"
    b"N}X\x04\x00\x00\x00dataNs\x86b.",
    "state of a kind of numbers": b"\x80\x02ctorch\nfloat32\nN}X\x04\x00\x00\x00nameX\x01\x00\x00\x00Os\x86b.",
    "state of an inert class": b"\x80\x02ctorch\ndevice\n}b.",
    "call of a kind of numbers": b"\x80\x02ctorch\nfloat32\n)R.",
    "call of dict": b"\x80\x02cbuiltins\ndict\n)R.",
    "reference to a module": b"\x80\x02(X\x06\x00\x00\x00modulectorch\nSize\nNNNtQ.",
    "reference that is text": b"\x80\x02X\x01\x00\x00\x000Q.",
    "storage of text": b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n(X\x01\x00\x00\x000K\x00)))NtR.",
    "dictionary of an iterator": b"\x80\x02ccollections\nOrderedDict\nX\x02\x00\x00\x00ab\x85R.",
    "parameter of nothing": b"\x80\x02ctorch._utils\n_rebuild_parameter\n)R.",
}  # fmt: skip


@pytest.mark.parametrize("case", FORGED_PROGRAMS)
def test_programs_that_alter_what_they_were_given_are_refused(case):
    for data in (archive(FORGED_PROGRAMS[case]), legacy(FORGED_PROGRAMS[case], _SIX)):
        with pytest.raises(DataError) as caught:
            parse_torch(data, PATH)
        assert "\n" not in str(caught.value)


def test_an_object_that_holds_itself_is_held():
    got: Any = parse_torch(archive(b"\x80\x02}q\x00X\x04\x00\x00\x00selfh\x00s."), PATH)
    assert got["self"] is got


@pytest.mark.parametrize("form", FORMS)
def test_truncation_anywhere_is_one_line(form):
    data = saved({"state_dict": OrderedDict(w=torch.randn(5, 4), b=torch.randn(4)), "epoch": 1}, FORMS[form])
    for end in {*range(1, min(len(data), 700), 7), *range(700, len(data), 61), len(data) - 1}:
        with pytest.raises(DataError) as caught:
            parse_torch(data[:end], PATH)
        assert "\n" not in str(caught.value)


_PROGRAMS = [saved({"w": torch.randn(3, 2), "o": trained()["model_pos"], "h": torch.ones(3).bfloat16()}, form)
             for form in FORMS.values()]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_files_read_or_are_refused(data):
    program = bytearray(data.draw(st.sampled_from(_PROGRAMS)))
    for _ in range(data.draw(st.integers(1, 4))):
        program[data.draw(st.integers(0, len(program) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse_torch(bytes(program), PATH)
    except DataError as error:
        assert "\n" not in str(error)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_mutated_programs_read_or_are_refused(data):
    """As above, past the checksum of the archive."""
    content = members(_PROGRAMS[0])
    name = next(name for name in content if name.endswith("data.pkl"))
    program = bytearray(content[name])
    for _ in range(data.draw(st.integers(1, 6))):
        program[data.draw(st.integers(0, len(program) - 1))] = data.draw(st.integers(0, 255))
    try:
        parse_torch(zipped({**content, name: bytes(program)}), PATH)
    except DataError as error:
        assert "\n" not in str(error)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_any_view_of_a_storage_is_read_as_torch_reads_it(data):
    flat = torch.arange(60.0)
    shape = data.draw(st.lists(st.integers(1, 4), max_size=3))
    strides = [data.draw(st.integers(0, 7)) for _ in shape]
    reach = sum((n - 1) * step for n, step in zip(shape, strides, strict=True))
    offset = data.draw(st.integers(0, 59))
    if offset + reach >= 60:
        with pytest.raises(DataError, match="reaches beyond its storage"):
            parse_torch(archive(tensor_program(60, offset, tuple(shape), tuple(strides)), flat.numpy().tobytes()), PATH)
        return
    view = flat.as_strided(shape, strides, offset)
    assert same(parse_torch(saved(view, data.draw(st.booleans())), PATH), view)


def test_a_number_that_changed_on_its_way_is_noticed():
    data = bytearray(saved(torch.arange(1000.0), True))
    data[data.index(np.float32(500).tobytes() + np.float32(501).tobytes())] ^= 1
    with pytest.raises(DataError, match="not what its checksum says"):
        parse_torch(bytes(data), PATH)


@pytest.mark.parametrize("form", FORMS)
def test_numbers_are_looked_at_in_the_file_not_copied(form):
    data = saved({str(n): torch.randn(1 << 18) for n in range(8)}, FORMS[form])
    assert len(data) > 8 << 20
    tracemalloc.start()
    got = parse_torch(data, PATH)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(got) == 8 and peak < 1 << 20


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"none\.pth: cannot be read"):
        load_torch(tmp_path / "none.pth")
    assert not is_torch_file(tmp_path / "none.pth", b"PK\x03\x04")
