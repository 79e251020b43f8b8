"""Which labels serve which landmark: dialects told apart and never mixed, substitutions said, bad files refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.angles.isb import isb_angles
from core.angles.landmarks import (
    LANDMARKS,
    SEGMENTS,
    LandmarkMap,
    LandmarkSet,
    builtin_sets,
    landmark_set_from,
    resolve,
)
from core.errors import DataError
from core.records import Axes, Points

B_NAMES = {
    "{s}ASI": "{s}_ASIS", "{s}PSI": "{s}_PSIS", "{s}HIP": "{s}_Hip Joint", "{s}KNL": "{s}_Lateral Femur",
    "{s}KNM": "{s}_Medial Femur", "{s}ANL": "{s}_Lateral Ankle", "{s}ANM": "{s}_Medial Ankle",
    "{s}ELL": "{s}_Lateral Elbow", "{s}ELM": "{s}_Medial Elbow", "{s}WSL": "{s}_Lateral Wrist",
    "{s}WSM": "{s}_Medial Wrist",
}  # fmt: skip
"""The two AthletePose3D dialects side by side."""

SHARED = ("Manubrium", "Xiphoid", "C7", "T10", "L_Shoulder Joint", "R_Shoulder Joint")
A = (*(a.format(s=s) for a in B_NAMES for s in "LR"), *SHARED,
     *(f"{s}{joint}" for joint in ("KNE", "ANK", "ELB", "WRT") for s in "LR"))  # fmt: skip
B = (*(b.format(s=s) for b in B_NAMES.values() for s in "LR"), *SHARED, "T8")
_PIG_SIDES = ("ASI", "PSI", "KNE", "ANK", "HEE", "TOE", "SHO", "ELB", "WRA", "WRB", "THI", "TIB", "UPA", "FRM")
PIG = (*(f"{s}{name}" for name in _PIG_SIDES for s in "LR"), "CLAV", "STRN", "C7", "T10", "RBAK")


def labels_of(mapping: LandmarkMap, names: tuple[str, ...], segment: str) -> set[str]:
    return {names[c] for (s, _), r in mapping.found.items() if s == segment for c in r.columns}


@pytest.mark.parametrize(
    ("names", "wanted"), [(A, "athletepose3d_a"), (B, "athletepose3d_b"), (PIG, "vicon_plug_in_gait")]
)
def test_each_dialect_is_recognised_alone(names: tuple[str, ...], wanted: str) -> None:
    mapping = resolve(names)
    assert mapping.sets == (wanted,)
    needed = {s: set(SEGMENTS[s]) for s in SEGMENTS}
    missing = {s: set(m) for s, m in mapping.missing.items()}
    hips = {f"{segment}_{side}": {f"hip_{side}"} for segment in ("femur", "leg") for side in "lr"}
    assert missing == (hips if names is PIG else {})
    assert {(s, m) for s in needed for m in needed[s]} - set(mapping.found) == {
        (s, m) for s in missing for m in missing[s]
    }


def test_what_is_substituted_is_said() -> None:
    assert resolve(A).notes == ("T10 for T8",)
    assert resolve(B).notes == ()
    assert "T10 for T8" in resolve(tuple(n for n in B if n != "T8")).notes
    assert resolve(PIG).notes == (
        "T10 for T8", "lateral knee marker for the knee centre", "lateral ankle marker for the ankle centre",
        "acromion marker for the glenohumeral centre", "lateral elbow marker for the elbow centre",
    )  # fmt: skip


def test_surface_markers_of_plug_in_gait_are_not_taken_for_centres_of_athletepose3d() -> None:
    """RKNE, RANK, RELB, RASI are names of both: a knee centre there, a lateral marker here."""
    names = (*(n for n in PIG if n not in ("LPSI", "RPSI")), "SACR")
    for given in (PIG, names):
        mapping = resolve(given)
        assert mapping.sets == ("vicon_plug_in_gait",)
        assert mapping.found["leg_r", "knee_r"].says == "lateral knee marker for the knee centre"
    assert resolve(A).found["leg_r", "knee_r"].says == ""


def test_lower_body_plug_in_gait_is_recognised_without_a_sternum() -> None:
    legs = tuple(f"{s}{n}" for n in ("ASI", "PSI", "THI", "KNE", "TIB", "ANK", "HEE", "TOE") for s in "LR")
    mapping = resolve(legs)
    assert mapping.sets == ("vicon_plug_in_gait",)
    assert {s.split("_")[0] for s in mapping.missing} == {"thorax", "humerus", "arm", "femur", "leg"}
    assert ("leg_l", "knee_l") in mapping.found


def test_plug_in_gait_output_is_preferred_to_markers() -> None:
    names = (*PIG, *(s + n for s in "LR" for n in ("HJC", "FEO", "TIO", "CLO", "HUO", "RAO")))
    mapping = resolve(names)
    assert mapping.notes == ("T10 for T8",)
    assert labels_of(mapping, names, "leg_r") == {"RHJC", "RFEO", "RTIO"}
    assert labels_of(mapping, names, "arm_l") == {"LCLO", "LHUO", "LRAO"}


@pytest.mark.parametrize("order", [1, -1])
def test_union_of_dialects_is_never_mixed_within_a_segment(order: int) -> None:
    union = tuple(dict.fromkeys((*A, *B)))[::order]
    mapping = resolve(union)
    for segment in SEGMENTS:
        used = {r.landmark_set for (s, _), r in mapping.found.items() if s == segment}
        assert len(used) == 1, segment
        labels = labels_of(mapping, union, segment)
        assert labels <= set(A) or labels <= set(B), segment
    assert mapping.notes == ()  # the running dialect has T8: no substitution is needed
    assert "T8" in labels_of(mapping, union, "thorax")


def test_a_half_dialect_does_not_borrow_from_the_other() -> None:
    """Dialect A without its left ASIS, whole dialect B: the pelvis comes from B alone."""
    union = tuple(dict.fromkeys((*(n for n in A if n != "LASI"), *B)))
    assert labels_of(resolve(union), union, "pelvis") == {"L_ASIS", "R_ASIS", "L_PSIS", "R_PSIS"}
    both_broken = tuple(n for n in union if n != "R_ASIS")
    mapping = resolve(both_broken)
    assert len(mapping.missing["pelvis"]) == 1
    assert len({r.landmark_set for (s, _), r in mapping.found.items() if s == "pelvis"}) == 1


def test_displaced_dialects_give_the_angles_of_one_of_them(moving: Any) -> None:
    """Dialect B lies 30 mm beside A in the same file: every angle is A's or B's, never a mixture."""
    at = {name: moving.xyz_mm[:, k] for k, name in enumerate(moving.names)}
    shift = np.array([0.0, 30.0, 0.0])
    a_names = moving.names
    b_places = {b.format(s=s): at[a.format(s=s)] * 1.02 + shift for a, b in B_NAMES.items() for s in "LR"
                if a.format(s=s) in at}  # fmt: skip
    b_places |= {f"{s}_{side} Ankle": at[f"{s}ANK"] + shift for s in "LR" for side in ("Lateral", "Medial")}
    b_places |= {f"{s}_{side} Wrist": at[f"{s}WRT"] + shift for s in "LR" for side in ("Lateral", "Medial")}
    shared = [name for name in SHARED if name in at]

    def deg(places: dict[str, Any]) -> Any:
        return isb_angles(Points(np.stack(list(places.values()), axis=1), tuple(places), 60.0, Axes.WORLD_Z_UP)).deg

    alone_a, alone_b = deg(at), deg(b_places | {n: at[n] for n in shared})
    together = deg(at | b_places)
    assert len(a_names) == len(at)
    for column in range(12):
        same = [np.array_equal(together[:, column], alone[:, column]) for alone in (alone_a, alone_b)]
        assert any(same), column
    assert not np.array_equal(alone_a, alone_b)


def test_unknown_labels_are_one_plain_sentence() -> None:
    mapping = resolve(("M1", "M2", "M3"))
    assert mapping.sets == ()
    assert mapping.notes == ("no landmark set knows these labels: no angle can be computed",)
    points = Points(np.zeros((3, 2, 3)), ("M1", "M2"), 60.0, Axes.WORLD_Z_UP)
    angles = isb_angles(points)
    assert np.isnan(angles.deg).all()
    assert angles.notes == mapping.notes
    assert np.isnan(isb_angles(Points(np.zeros((3, 0, 3)), (), 60.0, Axes.WORLD_Z_UP)).deg).all()


def test_open_formats_find_what_they_can() -> None:
    rajagopal = (*(f"{s}{n}" for s in "RL" for n in ("ASI", "PSI", "LFC", "MFC", "LMAL", "MMAL", "ACR", "LEL", "MEL",
                                                     "FAradius", "FAulna", "HJC")), "C7", "CLAV")  # fmt: skip
    mapping = resolve(rajagopal)
    assert mapping.sets == ("opensim",)
    assert set(mapping.missing) == {"thorax"}
    both = (".ASIS", ".PSIS", "_knee", "_mknee", "_ankle", "_mankle", "_shoulder", "_lelbow", "_melbow", "_lwrist",
            "_mwrist")  # fmt: skip
    opencap = (*(f"{s}{n}_study" for s in "rL" for n in both), "RHJC_study", "LHJC_study", "C7_study")
    mapping = resolve(opencap)
    assert mapping.sets == ("opencap",)
    assert mapping.missing == {"thorax": ("ij", "px", "t8")}


@pytest.mark.parametrize(
    ("trunk", "used", "said"),
    [(("IJ", "CLAV", "XIPH", "STRN", "T8", "T10"), {"IJ", "XIPH", "C7", "T8"}, ()),
     (("CLAV", "PX", "T8"), {"CLAV", "PX", "C7", "T8"}, ("CLAV marker for the jugular notch (IJ)",)),
     (("IJ", "STRN", "T10"), {"IJ", "STRN", "C7", "T10"},
      ("STRN marker for the xiphoid process (PX)", "T10 for T8"))],
)  # fmt: skip
def test_opensim_takes_the_landmark_itself_first_and_says_its_substitutes(trunk, used, said) -> None:
    names = (*trunk, "C7", *(f"{s}{n}" for s in "RL" for n in ("ASI", "PSI", "LFC", "MFC", "HJC", "SJC")))
    mapping = resolve(names)
    assert labels_of(mapping, names, "thorax") == used
    assert tuple(note for note in mapping.notes if " for " in note and ":" not in note) == said
    assert mapping.sets == ("opensim",)


def test_every_shipped_set_knows_every_landmark() -> None:
    """A landmark a dialect does not have is written as an empty list, so that none is forgotten."""
    names = [s.name for s in builtin_sets()]
    assert names == sorted(names)
    for shipped in builtin_sets():
        assert set(LANDMARKS) <= set(shipped.alternatives), shipped.name
        assert shipped.title
        assert not any("{" in label for found in shipped.alternatives.values() for a in found for label in a.labels)


GOOD = """
name = "mine"
title = "Mine"
identified_by = ["hip R"]
sides = { l = "L", r = "R" }
[landmarks]
hip_s = ["hip {s}"]
knee_s = [["knee out {s}", "knee in {s}"], { labels = "knee out {s}", says = "outer knee for the centre" }]
"""


def test_a_users_own_set(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD)
    mine = landmark_set_from(path)
    mapping = resolve(("hip R", "knee out R"), (mine,))
    assert mapping.found["leg_r", "knee_r"].columns == (1,)
    assert "outer knee for the centre" in mapping.notes
    mapping = resolve(("hip R", "knee out R", "knee in R"), (mine,))
    assert mapping.found["leg_r", "knee_r"].columns == (1, 2)


def _set(folder: Path, name: str, identified_by: str, knee: str) -> LandmarkSet:
    path = folder / f"{name}.toml"
    path.write_text(
        f'name = "{name}"\ntitle = "{name}"\nidentified_by = [{identified_by}]\n'
        f'[landmarks]\nhip_s = ["{{S}}H"]\nankle_s = ["{{S}}A"]\nknee_s = [{knee}]\n'
    )
    return landmark_set_from(path)


def test_the_set_with_fewest_substitutions_wins_then_the_better_identified(tmp_path: Path) -> None:
    names = ("RH", "RA", "RK", "RKL", "only one", "two", "three")
    stands_in = _set(tmp_path, "stands_in", '"only one"', '{ labels = "{S}KL", says = "lateral for centre" }')
    exact = _set(tmp_path, "exact", '"two", "absent"', '"{S}K"')
    surer = _set(tmp_path, "surer", '"three"', '["{S}K", "{S}KL"]')

    def knee_of(*sets: LandmarkSet) -> str:
        return resolve(names, sets).found["leg_r", "knee_r"].landmark_set

    assert knee_of(stands_in, exact) == knee_of(exact, stands_in) == "exact"
    assert knee_of(exact, surer) == knee_of(surer, exact) == "surer"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("name = [", "not a TOML file"),
        ("", "incomplete or malformed"),
        (GOOD.replace('title = "Mine"', ""), "title"),
        (GOOD.replace('["hip R"]', '"hip R"'), "list of labels"),
        (GOOD.replace('["hip R"]', "[]"), "list of labels"),
        (GOOD.replace('["hip {s}"]', '"hip {s}"'), "list of alternatives for hip_s"),
        (GOOD.replace('["hip {s}"]', "[[]]"), "list of labels"),
        (GOOD.replace('["hip {s}"]', "[3]"), "list of labels"),
        (GOOD.replace('["hip {s}"]', '[{ labels = "hip" }]'), "says"),
        (GOOD.replace("hip_s", "hipp_s"), "unknown landmark 'hipp_l'"),
        (GOOD.replace("[landmarks]", "[landmark]"), "landmarks"),
        (GOOD.replace("sides = {", "sides = { x = 'l' }\n#"), "malformed"),
    ],
)
def test_a_malformed_set_is_refused_in_one_line(tmp_path: Path, text: str, word: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(DataError) as refusal:
        landmark_set_from(path)
    line = str(refusal.value)
    assert word in line
    assert str(path) in line
    assert "\n" not in line


def test_an_unreadable_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        landmark_set_from(tmp_path / "absent.toml")
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataError, match="cannot be read"):
        landmark_set_from(binary)
