"""Names of written files: one per record of a tree, and never a path of their own."""

from pathlib import Path, PurePosixPath, PureWindowsPath

from hypothesis import given, settings
from hypothesis import strategies as st

from core.export.naming import record_name

ROOT = Path("col")


def test_folders_stand_before_the_stem_and_the_key_behind():
    assert record_name(ROOT / "a" / "walk.c3d", ROOT) == "a_walk"
    assert record_name(ROOT / "take.1.c3d", ROOT, "person 2") == "take.1_person_2"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=20))
def test_whatever_a_key_holds_the_name_stays_in_its_folder(key):
    name = record_name(ROOT / "walk.c3d", ROOT, key)
    assert name.startswith("walk")
    for kind in (PurePosixPath, PureWindowsPath):
        assert kind(name).name == name
