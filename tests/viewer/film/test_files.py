"""Films in files, decoded again: frames, times, pictures, facts; and that nothing is left of what did not end."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from core.errors import DataError, DiskFullError, OutputError
from tests.viewer.film.films import film, psnr, rgb, written
from viewer.film import encoding
from viewer.film.options import FilmFormat, FilmLayout
from viewer.film.painter import FilmPainter
from viewer.film.provenance import sidecar_path
from viewer.film.writing import write_film
from viewer.jobs import Progress
from viewer.view import View


def decoded(path: Path) -> tuple[list[Fraction], list[np.ndarray]]:
    """Times in seconds and pictures."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        frames = list(container.decode(stream))
        times = [frame.pts * frame.time_base for frame in frames]
    return times, [frame.to_ndarray(format="rgb24", src_colorspace="ITU709") for frame in frames]


def metadata(path: Path) -> dict[str, str]:
    with av.open(str(path)) as container:
        return dict(container.metadata)


@pytest.fixture(scope="module")
def mp4(demo_content, tmp_path_factory):
    """Frames 40 to 79 of a clip at 120 frames a second, in real time: every second frame, 60 a second."""
    made = film(demo_content, 40, 79)
    return made, written(made, tmp_path_factory.mktemp("film") / "clip.mp4")


def test_every_frame_is_in_the_film_at_its_time(mp4):
    path = mp4[1]
    times, pictures = decoded(path)
    assert times == [Fraction(k, 60) for k in range(20)]
    assert {picture.shape for picture in pictures} == {(360, 640, 3)}
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.average_rate, stream.frames) == (60, 20)
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert container.duration == pytest.approx(20 / 60 * av.time_base, abs=1000)


def test_each_frame_of_the_film_is_the_picture_of_its_frame(mp4):
    """Of all twenty composed pictures the one of the same frame is the most like it, by far."""
    made, path = mp4
    _, pictures = decoded(path)
    painter = FilmPainter(made)
    composed = [rgb(painter.pixels(index)).copy() for index in range(20)]
    likeness = np.array([[psnr(shown, right) for right in composed] for shown in pictures])
    np.testing.assert_array_equal(likeness.argmax(axis=1), np.arange(20))
    own = np.diag(likeness)
    assert own.min() > 32.0
    assert (own[:, None] - likeness)[~np.eye(20, dtype=bool)].min() > 0.5


def test_colours_survive(mp4):
    """Flat parts have the theme's colour within what 8-bit conversions round."""
    made, path = mp4
    shown, right = decoded(path)[1][5].astype(int), rgb(FilmPainter(made).pixels(5)).astype(int)
    strip = slice(262, 300)
    assert np.abs(shown[:20, 300:400] - right[:20, 300:400]).max() <= 4
    assert np.median(np.abs(shown[strip] - right[strip])) <= 6


def test_slow_films_hold_each_frame_a_whole_number_of_times(demo_content, tmp_path):
    made = film(demo_content, 0, 5, speed=0.25)  # 30 a second
    slower = film(demo_content, 0, 5, speed=0.125)  # 15 a second: each held twice
    assert (made.timing.hold, slower.timing.hold) == (1, 2)
    times, pictures = decoded(written(slower, tmp_path / "slow.mp4"))
    assert times == [Fraction(k, 30) for k in range(12)]
    painter = FilmPainter(slower)
    composed = [rgb(painter.pixels(index)).copy() for index in range(6)]
    likest = [int(np.argmax([psnr(shown, right) for right in composed])) for shown in pictures]
    assert likest == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_odd_rates_are_kept_exactly(demo_content, tmp_path):
    from dataclasses import replace

    content = replace(demo_content, fps=30000 / 1001)
    times, _ = decoded(written(film(content, 0, 9), tmp_path / "ntsc.mp4"))
    assert times == [Fraction(k * 1001, 30000) for k in range(10)]


def test_facts_are_in_the_film_and_beside_it(mp4, demo_content):
    _, path = mp4
    inside = metadata(path)
    assert inside["title"] == f"{demo_content.name}, frames 40–79"
    facts = json.loads(inside["comment"])
    assert facts == json.loads(sidecar_path(path).read_text())
    assert (facts["clip"], facts["first_frame"], facts["last_frame"]) == (demo_content.name, 40, 79)
    assert (facts["clip_fps"], facts["film_fps"], facts["every_nth_frame"]) == (120.0, "60", 2)
    assert facts["film_frames"] == 20 and facts["size_px"] == [640, 360]
    assert facts["encoder"] == encoding.encoder_name() and facts["angle"] == "knee_flexion_r"
    assert facts["versions"]["av"] == av.__version__
    assert list(facts["sources"]) == [track.name for track in demo_content.tracks]


def test_facts_name_the_files_of_an_open_dataset(qtbot, window, tmp_path):
    content, workspace = window.session.content, window.bench.workspace
    made = film(content, 0, 2, window.session.view)
    path = tmp_path / "x.mp4"
    for _ in write_film(made, workspace, path):
        pass
    facts = json.loads(metadata(path)["comment"])
    assert facts["dataset"] == {"path": str(workspace.job.dataset.root),
                                "index_fingerprint": workspace.job.dataset.fingerprint}  # fmt: skip
    assert all(Path(source["path"]).is_file() for source in facts["sources"].values())


def test_a_gif_has_its_frames_times_loop_and_facts(demo_content, tmp_path):
    made = film(demo_content, 0, 79, format=FilmFormat.GIF)  # 120 a second: every fourth, 30 a second
    path = written(made, tmp_path / "clip.gif")
    times, pictures = decoded(path)
    # A GIF counts hundredths of a second: each time is the nearest one, so that nothing adds up.
    assert len(times) == 20 and all(abs(time - Fraction(k, 30)) <= Fraction(1, 200) for k, time in enumerate(times))
    assert json.loads(metadata(path)["comment"]) == json.loads(sidecar_path(path).read_text())
    data = path.read_bytes()
    assert data[:6] == b"GIF89a" and b"NETSCAPE2.0\x03\x01\x00\x00" in data  # again and again
    painter = FilmPainter(made)
    composed = [rgb(painter.pixels(index)).copy() for index in range(20)]
    likeness = np.array([[psnr(shown, right) for right in composed] for shown in pictures])
    np.testing.assert_array_equal(likeness.argmax(axis=1), np.arange(20))
    assert np.diag(likeness).min() > 28.0
    assert len(np.unique(pictures[3].reshape(-1, 3), axis=0)) <= 256


@pytest.mark.parametrize("kind", FilmFormat)
@pytest.mark.parametrize("steps", [1, 2, 15])
def test_a_film_that_is_cancelled_leaves_nothing(demo_content, tmp_path, kind, steps):
    work = write_film(film(demo_content, format=kind), None, tmp_path / f"clip.{kind}")
    assert [type(step) for step in islice(work, steps)] == [Progress] * steps
    work.close()
    assert list(tmp_path.iterdir()) == []


def test_a_film_replaces_another_only_when_it_is_complete(demo_content, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"before")
    work = write_film(film(demo_content), None, path)
    list(islice(work, 10))
    assert path.read_bytes() == b"before"
    work.close()
    assert path.read_bytes() == b"before" and len(list(tmp_path.iterdir())) == 1
    written(film(demo_content, 0, 3), path)
    assert len(decoded(path)[0]) == 2 and sorted(found.name for found in tmp_path.iterdir()) == [
        "clip.mp4", "clip.mp4.json"]  # fmt: skip


def test_progress_counts_the_frames_that_are_shown(demo_content, tmp_path):
    steps = list(write_film(film(demo_content, 0, 9), None, tmp_path / "x.mp4"))
    assert [(step.done, step.total) for step in steps] == [(k, 5) for k in range(6)]


@pytest.mark.parametrize("size", [(641, 360), (640, 361)])
def test_odd_sizes_of_mp4_are_refused_in_one_line(demo_content, tmp_path, size):
    with pytest.raises(OutputError, match=rf"even width and height, not {size[0]} × {size[1]}$"):
        written(film(demo_content, 0, 3, size=size), tmp_path / "x.mp4")
    assert list(tmp_path.iterdir()) == []
    written(film(demo_content, 0, 11, size=size, format=FilmFormat.GIF), tmp_path / "x.gif")
    assert decoded(tmp_path / "x.gif")[1][0].shape == (size[1], size[0], 3)


def test_a_span_beyond_the_clip_is_refused_or_cut(demo_content):
    with pytest.raises(DataError, match="no frame in the span"):
        film(demo_content, 240, 300)
    assert film(demo_content, 230, 300).last == 239


def test_folders_that_are_not_there_or_not_writable_are_refused(demo_content, tmp_path):
    with pytest.raises(OutputError, match="no such folder"):
        written(film(demo_content, 0, 3), tmp_path / "nowhere" / "x.mp4")
    (tmp_path / "x.mp4").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        written(film(demo_content, 0, 3), tmp_path / "x.mp4")
    assert [found.name for found in tmp_path.iterdir()] == ["x.mp4"]


def test_a_full_disk_is_said_and_leaves_nothing(demo_content, small_disk):
    with pytest.raises(DiskFullError, match="disk is full"):
        written(film(demo_content, size=(1920, 1080)), small_disk / "x.mp4")
    assert list(small_disk.iterdir()) == []


def test_without_pyav_one_line_says_how_to_get_it(demo_content, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "av", None)
    with pytest.raises(OutputError, match="PyAV, which is not installed"):
        written(film(demo_content, 0, 3), tmp_path / "x.mp4")


def test_other_encoders_stand_in_where_x264_is_missing(demo_content, tmp_path, monkeypatch):
    """MPEG-4 is the last resort that every FFmpeg has; the facts say which it was."""
    monkeypatch.setattr(encoding, "ENCODERS", ("libnothing", "mpeg4"))
    path = written(film(demo_content, 0, 19), tmp_path / "x.mp4")
    times, pictures = decoded(path)
    assert times == [Fraction(k, 60) for k in range(10)]
    assert json.loads(metadata(path)["comment"])["encoder"] == "mpeg4"
    assert psnr(pictures[4], rgb(FilmPainter(film(demo_content, 0, 19)).pixels(4))) > 26.0
    monkeypatch.setattr(encoding, "ENCODERS", ("libnothing",))
    with pytest.raises(OutputError, match="can write no film"):
        written(film(demo_content, 0, 3), tmp_path / "y.mp4")


def test_memory_does_not_grow_with_the_span(demo_content, tmp_path):
    """A picture is 0.9 MB: a hundred and forty that were kept would be seen."""
    memory = Path("/proc/self/statm")
    if not memory.exists():
        pytest.skip("resident memory is read from /proc")
    view = View(clip=demo_content.name)
    work = write_film(film(demo_content, view=view, layout=FilmLayout.SCENE, speed=0.5), None, tmp_path / "x.mp4")
    pages = [int(memory.read_text().split()[1]) for step in work if step.done in (80, 220)]
    assert (pages[1] - pages[0]) * 4096 < 40e6
