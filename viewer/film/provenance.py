"""What a reader of a film must know, in the film and beside it."""

from __future__ import annotations

from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from core.evaluation import ALIGNMENT
from core.scoring.versions import versions
from viewer.film.film import Film
from viewer.film.options import FilmFormat
from viewer.wording import span_text
from viewer.workspace import Workspace

__all__ = ["encoder_of", "film_facts", "film_title", "sidecar_path"]


def sidecar_path(path: Path) -> Path:
    """Where the facts stand beside a film: ``<name>.mp4.json``."""
    return path.with_name(path.name + ".json")


def film_title(film: Film) -> str:
    """Clip and frames in one line."""
    return f"{film.content.name}, {span_text(film.first, film.last)}"


def film_facts(film: Film, workspace: Workspace | None, encoder: str) -> dict[str, Any]:
    """Versions, what is shown of which files, and how the film is timed. encoder : that wrote it."""
    content, timing = film.content, film.timing
    return {
        "anglescope_film": 1, "title": film_title(film), "versions": {**versions(), "av": _version("av")},
        "clip": content.name, "athlete": content.athlete, "activity": content.activity, "clip_fps": content.fps,
        "clip_frames": content.n_frames, "first_frame": film.first, "last_frame": film.last,
        "every_nth_frame": timing.frames.step, "each_held": timing.hold, "speed": float(timing.speed),
        "film_fps": str(timing.rate), "film_frames": timing.n_written, "timing": timing.said, "encoder": encoder,
        "size_px": list(film.options.size),
        "options": {key: value for key, value in asdict(film.options).items() if key not in ("size", "span")},
        "angle": content.angles[film.view.angle].name, "scene": asdict(film.view.scene),
        "hidden": sorted(film.view.hidden), "estimator": content.estimator, "device": content.device,
        "conventions": {
            "shown_alignment": str(content.alignment), "mpjpe_alignment": ALIGNMENT, "shoulder": str(content.shoulder),
            "hip_regression": film.view.engine.hip_regression,
            "reference": None if content.kind is None else str(content.kind),
        },
        "sources": _sources(film, workspace), "dataset": _dataset(workspace), "edited": sorted(content.edited),
        "edits": [repr(edit) for edit in film.view.edits_of(content.name)],
    }  # fmt: skip


def encoder_of(film: Film) -> str:
    """Name of the encoder that this PyAV has for a film."""
    from viewer.film.encoding import encoder_name

    return "gif" if film.options.format is FilmFormat.GIF else encoder_name()


def _sources(film: Film, workspace: Workspace | None) -> dict[str, Any]:
    job, name = (None if workspace is None else workspace.job), film.content.name
    pairings = {} if job is None else {pairing.lifter: pairing for pairing in job.pairings}
    lone = {} if workspace is None else workspace.lone
    found = {}
    for track in film.content.tracks:
        pairing = pairings.get(track.name)
        source = None if pairing is None else pairing.sources.get(name)
        path = lone[name].path if source is None and name in lone else None if source is None else source.path
        where = "" if path is None else str(path)
        found[track.name] = {"title": track.title, "simulated": track.simulated, "path": where}
    return found


def _dataset(workspace: Workspace | None) -> dict[str, str]:
    if workspace is None or workspace.job is None:
        return {"path": "" if workspace is None else str(workspace.path), "index_fingerprint": ""}
    dataset = workspace.job.dataset
    return {"path": str(dataset.root), "index_fingerprint": dataset.fingerprint}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
