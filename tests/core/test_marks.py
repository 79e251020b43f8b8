"""Named marks in a file: what was written is read, what cannot be used is kept and said."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import DataError, OutputError
from core.marks import Mark, change_marks, new_mark, read_marks

NAMES = st.text(string.ascii_letters + "äß°→ ", min_size=1, max_size=30).filter(str.strip)
MARKS = st.lists(
    st.builds(lambda name, clip, ends, note: new_mark(name, clip, *sorted(ends), note), NAMES, NAMES,
              st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), st.text(max_size=30)), max_size=6,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(marks=MARKS)
def test_marks_come_back_as_they_were_written(tmp_path_factory, marks):
    path = tmp_path_factory.mktemp("marks") / "study.marks.json"
    kept, aside = change_marks(path, lambda _: tuple(marks), "a study")
    assert kept == read_marks(path) == tuple(marks) and aside is None
    assert path.exists() is bool(marks)  # no file for nothing


def test_the_file_is_json_that_people_can_read(tmp_path):
    path = tmp_path / "new" / "marks.json"
    change_marks(path, lambda _: (Mark("k", "landing", "S1_Jump_1", 40, 52, "left foot"),), "/data/set")
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "anglescope_marks": 1, "of": "/data/set",
        "marks": [{"key": "k", "name": "landing", "clip": "S1_Jump_1", "first": 40, "last": 52, "note": "left foot"}],
    }  # fmt: skip
    assert not list(path.parent.glob(".*"))  # nothing half-written


def test_what_another_window_added_meanwhile_stays(tmp_path):
    path = tmp_path / "marks.json"
    ours, theirs = new_mark("ours", "a", 1, 1), new_mark("theirs", "unknown clip", 2, 9)
    change_marks(path, lambda before: (*before, ours), "x")
    change_marks(path, lambda before: (*before, theirs), "x")
    kept, _ = change_marks(path, lambda before: tuple(mark for mark in before if mark.key != ours.key), "x")
    assert kept == read_marks(path) == (theirs,)


GOOD = {"key": "k", "name": "n", "clip": "c", "first": 1, "last": 2}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "not usable as marks"), ("{", "not usable as marks"), ("[]", "not usable as marks"),
        ('{"anglescope_marks": 2, "of": "", "marks": []}', "invalid enum value 2"),
        (json.dumps({"anglescope_marks": 1, "of": "", "marks": [{**GOOD, "first": 3}]}), "from frame 3 to 2"),
        (json.dumps({"anglescope_marks": 1, "of": "", "marks": [{**GOOD, "first": -1}]}), "from frame -1 to 2"),
        (json.dumps({"anglescope_marks": 1, "of": "", "marks": [{**GOOD, "name": " "}]}), "name is one line"),
        (json.dumps({"anglescope_marks": 1, "of": "", "marks": [{**GOOD, "colour": "red"}]}), "unknown field"),
        (json.dumps({"anglescope_marks": 1, "of": "", "marks": [GOOD, GOOD]}), "two have the same key"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_said_in_one_line_and_put_aside_not_overwritten(tmp_path, content, said):
    path = tmp_path / "marks.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_marks(path)
    line = str(caught.value)
    assert said.lower() in line.lower() and line.startswith(str(path)) and "\n" not in line
    assert path.read_text(encoding="utf-8") == content  # reading changes nothing
    mark, known = new_mark("n", "c", 0, 0), new_mark("known", "c", 4, 5)
    for number in ("", "2"):
        kept, aside = change_marks(path, lambda before: (*before, mark), "x", known=(known,))
        assert aside == tmp_path / f"marks.json.bad{number}" and aside.read_text(encoding="utf-8") == content
        assert kept == read_marks(path) == (known, mark)
        path.write_text(content, encoding="utf-8")


@pytest.mark.parametrize("bad", [{"name": ""}, {"name": "two\nlines"}, {"first": 9}, {"clip": ""}, {"name": "n" * 201}])
def test_a_mark_that_makes_no_sense_cannot_be_made(bad):
    with pytest.raises(ValueError, match="mark"):
        Mark(**(GOOD | bad))


def test_where_nothing_can_be_written_one_line_says_so(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot be written"):
        change_marks(tmp_path / "file" / "marks.json", lambda _: (new_mark("n", "c", 0, 0),), "x")


def test_a_moment_is_one_frame():
    assert new_mark("n", "c", 7, 7).is_moment and not new_mark("n", "c", 7, 8).is_moment
