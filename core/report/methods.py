"""A paragraph on methods that can go into a paper: what was really done, from the record of the run and the study."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from core.anatomy.angles import LEAST_CORRELATION, LEAST_MOTION_DEG, LONGEST_LAG_S
from core.angles.hip_centre import regression_named
from core.conventions import N_ANGLES
from core.evaluation import ReferenceKind
from core.report.facts import counts_words, dataset_words, floor_deg, reference_words, weights_hashes
from core.report.methods_frames import frame_methods, frame_references
from core.report.records import Subject
from core.skeleton import RIGS
from core.study.budget.confounders import HOW, Confounder
from core.study.pairs import MARGIN_DEG
from core.study.words import BY, level_words, listed, number, several, test_words

__all__ = ["methods", "methods_text", "references"]


def methods(subject: Subject) -> tuple[str, ...]:
    """Its paragraphs."""
    parts = (_data(subject), _angles(subject), _lifters(subject), _statistics(subject), _anatomy(subject),
             frame_methods(subject), _budget(subject))  # fmt: skip
    return tuple(filter(None, (" ".join(part) for part in parts)))


def methods_text(subject: Subject) -> str:
    """The same as a file of plain text, with the literature."""
    paragraphs = [textwrap.fill(text, 100) for text in methods(subject)]
    listed_ones = "\n".join(f"- {each}" for each in references(subject))
    return "\n\n".join(["Methods", *paragraphs, "References", listed_ones]) + "\n"


def _data(subject: Subject) -> Iterator[str]:
    record = subject.record
    dataset = record["dataset"]
    yield (f"The dataset {dataset_words(record).split()[0]} (sha256 of all files read: "
           f"{dataset['sha256_of_files_read']}) was scored with anglescope {record['versions']['anglescope']} "
           f"(run {record['run_fingerprint'][:12]}): {several(record['counts']['clips_scored'], 'clip')}, "
           f"{several(record['counts']['frames'], 'frame')}.")  # fmt: skip
    yield f"Compared were {counts_words(subject)}, on which every lifter had been scored on the same frames and joints."
    for line in subject.study.left_out:
        yield f"Left out: {line}."
    for note in dataset["notes"]:
        yield f"Note: {note}."


def _angles(subject: Subject) -> Iterator[str]:
    record, conventions = subject.record, subject.record["conventions"]
    if subject.study.kind is ReferenceKind.ISB:
        yield ("Reference angles were computed from labelled points in anatomical frames of pelvis, femur, thorax and "
               "humerus after the recommendations of the ISB (Wu et al. 2002, 2005), with hip joint centres by the "
               f"regression {conventions['hip_regression']} where no label has them.")  # fmt: skip
    else:
        yield f"No clip had labelled points that can serve; angles were held against {reference_words(subject)}."
    yield from _estimator(record["estimator"])
    if (floor := floor_deg(subject)) == floor:
        yield f"On the reference poses the estimator has a mean absolute error of {number(floor, 2)}° (the floor)."
    yield (f"The twelve angles are left and right {listed(_kinds(subject))}; the shoulder pair is given as "
           f"{conventions['shoulder']}. Angle error is the mean absolute difference over frames, the short way round "
           "for circular angles, pooled as sums and counts. No filtering, shifting or normalisation in time was "
           "done.")  # fmt: skip
    yield f"Position errors: {conventions['alignment']}."


def _kinds(subject: Subject) -> list[str]:
    return list(dict.fromkeys(angle.kind.replace("_", " ") for angle in subject.angles))


def _estimator(estimator: Mapping[str, Any]) -> Iterator[str]:
    """What turns poses into angles, and on what it was trained."""
    weights = estimator.get("weights") or {}
    if not weights:
        yield f"Angles of poses were computed by the estimator {estimator['name']} (closed form, no training)."
        return
    trained = sorted({name for of in weights.values() for name in of["card"].get("data", {})})
    on = f", trained on {listed(trained)}" if trained else ""
    hashes = listed(weights_hashes({"estimator": estimator}))
    yield f"Angles of poses were estimated by one {estimator['name']} for all lifters{on} (weights sha256 {hashes})."


def _lifters(subject: Subject) -> Iterator[str]:
    of = subject.record["lifters"]
    described = [f"{name} ({'; '.join(_lifter(of[name]))})" for name in subject.lifters]
    yield f"{several(len(described), 'lifter')}: {listed(described)}."


def _lifter(about: Mapping[str, Any]) -> Iterator[str]:
    if about.get("title"):
        yield about["title"]
    if about.get("simulated"):
        yield "SIMULATED from the reference"
    read = about["read_as"]
    for key, words in (("rig", "joints of {}"), ("scale", "scale {}"), ("normalisation", "2D normalised by {}"),
                       ("fps", "{} frames per second")):  # fmt: skip
        if read.get(key):
            yield words.format(_counted(read[key]))


def _counted(value: Any) -> str:
    """A value that holds for all clips, or those that hold for some with their clips."""
    if isinstance(value, Mapping):
        return " or ".join(f"{_titled(key)} ({several(n, 'clip')})" for key, n in sorted(value.items()))
    return _titled(value)


def _titled(value: Any) -> str:
    return RIGS[value].title if value in RIGS else f"{value}"


def _statistics(subject: Subject) -> Iterator[str]:
    study = subject.study
    resampling, options = study.resampling, study.options
    yield (f"{level_words(options.level)} intervals are percentile intervals of {resampling.n:,} resamples (seed "
           f"{resampling.seed}) of {resampling.stages} with replacement; a take brings all its camera "
           "views.")  # fmt: skip
    if resampling.n_athletes > 1:
        yield ("Of a drawn athlete the takes are drawn too (two-stage cluster bootstrap, Davison & Hinkley 1997), "
               "which makes intervals somewhat wider than drawing athletes alone. Athletes are told apart by the "
               "folder and the name that the dataset gives them.")  # fmt: skip
    if resampling.few:
        yield ("With so few clusters percentile intervals are unreliable, most often too narrow (Cameron et al. "
               "2008).")  # fmt: skip
    yield (f"Within each lifter {BY[options.by]} and angle error of clips were correlated by Kendall's τ-b and "
           "Spearman's ρ.")  # fmt: skip
    yield from _of_pairs(subject)


def _of_pairs(subject: Subject) -> Iterator[str]:
    """How two lifters were compared; nothing for a single one."""
    study = subject.study
    if not study.pairs:
        return
    by, n, test = BY[study.options.by], len(study.pairs), study.pairs[0].tests[0]
    yield (f"Two lifters were called reversed where the intervals of both differences, in {by} and in angle error, "
           "exclude 0 in opposite directions; these intervals are not corrected for the number of pairs and of "
           "position errors. A clip was counted as a flip where the lifter with fewer millimetres on it had more "
           "degrees; by chance p(1 − q) + q(1 − p) is expected, p and q being the shares of clips that either lifter "
           "wins by millimetres and by degrees; what lies between was resampled.")  # fmt: skip
    yield (f"Differences of single angles, means over the frames of all clips, were tested by a paired "
           f"{test_words(test, study.resampling.n_athletes)} of their sums over frames, p "
           f"corrected for {several(n * N_ANGLES, 'test')} ({N_ANGLES} angles, {several(n, 'pair')} of lifters) by the "
           "largest statistic under the same signs, step by step down (Westfall & Young 1993).")  # fmt: skip
    margin = study.options.margin_deg
    reason = ", beyond which errors of gait angles may mislead (McGinley et al. 2009)"
    yield ("Lifters were called alike, over all angles or in one, where the 90 % interval of their difference in angle "
           f"error lies within ±{margin:g}° by two one-sided tests (Schuirmann 1987)"
           f"{reason if margin == MARGIN_DEG else ''}.")  # fmt: skip


def _anatomy(subject: Subject) -> Iterator[str]:
    """How errors were taken apart; nothing where the run did not."""
    if not subject.record.get("reasons"):
        return
    yield ("The mean square error of each angle over a clip was taken apart in this order: bias (the mean error), lag "
           f"(the shift within ±{LONGEST_LAG_S:g} s, and a quarter of the clip, with the largest correlation, to parts "
           f"of a frame; none below r = {LEAST_CORRELATION:g}), gain (the slope on the shifted reference, where that "
           f"varies by at least {LEAST_MOTION_DEG:g}° SD) and the rest.")  # fmt: skip
    yield ("Root-relative position errors were divided along and across the reference bone that ends in the joint, and "
           "along and across the optical axis; bones were compared by direction and length.")  # fmt: skip


def _budget(subject: Subject) -> Iterator[str]:
    """How confounders were taken out; nothing where they were not."""
    found = subject.budget
    if found is None:
        return
    yield (f"Confounders were taken out of the same poses on {found.frames:,} of {found.of_frames:,} frames, spread "
           f"over {several(found.clips, 'clip')} and weighted by their length, and the errors measured "
           "again.")  # fmt: skip
    for each in Confounder:
        if any(bar.concerned for of in found.lifters for bar in of.bars if bar.confounder is each):
            yield f"{each[0].upper()}{each[1:]}: {HOW[each]}."
    yield ("A finding was marked where it is another without one of them, or without all, and the difference that "
           "makes it so changes beyond chance (Gelman & Stern 2006).")  # fmt: skip


def references(subject: Subject) -> tuple[str, ...]:
    """Literature behind what was done."""
    study = subject.study
    found = ["Davison & Hinkley 1997, Bootstrap Methods and their Application, Cambridge University Press",
             "Kendall 1945, Biometrika 33:239-251", "Spearman 1904, Am J Psychol 15:72-101"]  # fmt: skip
    if study.kind is ReferenceKind.ISB:
        found += ["Wu et al. 2002, J Biomech 35:543-548", "Wu et al. 2005, J Biomech 38:981-992",
                  regression_named(subject.record["conventions"]["hip_regression"]).source]  # fmt: skip
    if study.resampling.few:
        found.append("Cameron, Gelbach & Miller 2008, Rev Econ Stat 90:414-427")
    if study.pairs:
        found += ["Westfall & Young 1993, Resampling-Based Multiple Testing, Wiley",
                  "Schuirmann 1987, J Pharmacokinet Biopharm 15:657-680"]  # fmt: skip
        found += ["McGinley et al. 2009, Gait Posture 29:360-369"] if study.options.margin_deg == MARGIN_DEG else []
    if subject.budget is not None:
        found.append("Gelman & Stern 2006, Am Stat 60:328-331")
    return tuple(sorted((*found, *frame_references(subject))))
