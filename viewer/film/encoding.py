"""From pictures to a film in a file, by PyAV: H.264 in MP4, or a GIF with a palette made for it.

Only this module knows PyAV, which is loaded when a film is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import AnglescopeError, OutputError
from viewer.film.gif_comment import Commented

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import OutputContainer
    from av.filter import Graph
    from av.video.stream import VideoStream

__all__ = ["ENCODERS", "Encoder", "encoder_name", "gif_encoder", "mp4_encoder", "require_pyav"]

ENCODERS: tuple[str, ...] = ("libx264", "libopenh264", "mpeg4")
"""Of MP4 files, the best first."""

_OPTIONS: Mapping[str, dict[str, str]] = {
    # Letters and thin lines want a better quality than films of the world.
    "libx264": {"preset": "veryfast", "crf": "17"},
    "libopenh264": {"allow_skip_frames": "0"},
    "mpeg4": {"qscale": "2"},
}
_BITS_PER_PIXEL = 0.15
_COLOURS = "256"
_BT709, _LIMITED = 1, 1

Pixels = NDArray[np.uint8]


class Encoder(Protocol):
    """Takes the frames of a film in order."""

    def add(self, pixels: Pixels) -> None:
        """The next frame: (height, width, 4) blue, green, red and anything."""
        ...

    def finish(self) -> None:
        """There are no more."""
        ...


def require_pyav() -> None:
    """Raises :class:`OutputError` where PyAV is not installed."""
    try:
        import av  # noqa: F401
    except ImportError:
        raise OutputError("films need PyAV, which is not installed. Run: pip install av") from None


def encoder_name() -> str:
    """The best of :data:`ENCODERS` that this PyAV has; :class:`OutputError` without any."""
    import av

    found = next((name for name in ENCODERS if name in av.codecs_available), None)
    if found is None:
        raise OutputError(f"this PyAV can write no film: it has none of {', '.join(ENCODERS)}")
    return found


@contextmanager
def mp4_encoder(path: Path, size: tuple[int, int], rate: Fraction, facts: Mapping[str, str]) -> Iterator[Encoder]:
    """Writes an MP4 that plays anywhere (yuv420p, its index in front).

    facts : metadata of the file. Width and height have to be even. Raises :class:`OutputError` for what the
    encoder refuses.
    """
    with _opened(str(path), "mp4", {"movflags": "+faststart"}, facts) as container:
        yield _Mp4(container, encoder_name(), size, rate)


@contextmanager
def gif_encoder(
    file: BinaryIO, size: tuple[int, int], rate: Fraction, sample: Iterable[Pixels], comment: str
) -> Iterator[Encoder]:
    """Writes a GIF that plays again and again.

    sample : some frames of the film, from which its one palette of 256 colours is made. comment : ASCII, in the file.
    """
    palette = _palette_of(sample, size, rate)
    with _opened(Commented(file, comment.encode("ascii")), "gif", {"loop": "0"}, {}) as container:
        yield _Gif(container, size, rate, palette)


@contextmanager
def _opened(
    file: str | Commented, kind: str, options: dict[str, str], facts: Mapping[str, str]
) -> Iterator[OutputContainer]:
    """A container that is closed whatever happens; what FFmpeg says against it becomes one line."""
    import av

    try:
        with av.open(file, "w", format=kind, container_options=options) as container:
            container.metadata.update(facts)
            yield container
    except (AnglescopeError, OSError):
        raise
    except av.FFmpegError as error:
        raise OutputError(f"the film cannot be encoded ({error.strerror or error})") from None


class _Writer:
    """What both kinds share: frames are stamped by their number, so that times are exact."""

    def __init__(self, container: OutputContainer, stream: VideoStream, rate: Fraction) -> None:
        self._container, self._stream, self._rate = container, stream, rate
        self._count = 0

    def _write(self, frame: VideoFrame | None) -> None:
        if frame is not None:
            frame.pts, frame.time_base = self._count, 1 / self._rate
            self._count += 1
        self._container.mux(self._stream.encode(frame))


class _Mp4(_Writer):
    def __init__(self, container: OutputContainer, name: str, size: tuple[int, int], rate: Fraction) -> None:
        from av.video.reformatter import ColorRange, Colorspace, VideoReformatter

        stream: Any = container.add_stream(name, rate=rate, options=dict(_OPTIONS[name]))
        super().__init__(container, stream, rate)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = 1 / rate
        if name != "libx264":
            stream.bit_rate = int(_BITS_PER_PIXEL * size[0] * size[1] * float(rate))
        context = stream.codec_context
        context.colorspace, context.color_range = _BT709, _LIMITED
        context.color_primaries, context.color_trc = _BT709, _BT709
        convert = VideoReformatter()
        self._converted = partial(convert.reformat, format="yuv420p", dst_colorspace=Colorspace.ITU709,
                                  dst_color_range=ColorRange.MPEG)  # fmt: skip

    def add(self, pixels: Pixels) -> None:
        self._write(self._converted(_frame(pixels)))

    def finish(self) -> None:
        self._write(None)


class _Gif(_Writer):
    def __init__(self, container: OutputContainer, size: tuple[int, int], rate: Fraction, palette: VideoFrame) -> None:
        stream: Any = container.add_stream("gif", rate=rate)
        super().__init__(container, stream, rate)
        stream.width, stream.height = size
        stream.pix_fmt = "pal8"
        stream.codec_context.time_base = 1 / rate
        self._graph, self._in, self._out = _dither_graph(size, rate, palette)
        self._pushed = 0

    def add(self, pixels: Pixels) -> None:
        frame = _frame(pixels)
        frame.pts, frame.time_base = self._pushed, 1 / self._rate
        self._pushed += 1
        self._in.push(frame)
        self._drain()

    def finish(self) -> None:
        self._in.push(None)
        self._drain()
        self._write(None)

    def _drain(self) -> None:
        for frame in _pulled(self._out):
            self._write(frame)


def _frame(pixels: Pixels) -> VideoFrame:
    from av import VideoFrame

    return VideoFrame.from_ndarray(pixels, format="bgra")


def _pulled(out: Any) -> Iterator[VideoFrame]:
    """What a filter has ready."""
    import av

    while True:
        try:
            yield out.pull()
        except (av.BlockingIOError, av.EOFError):
            return


def _source(graph: Graph, size: tuple[int, int], rate: Fraction) -> Any:
    from av import VideoFormat

    return graph.add_buffer(width=size[0], height=size[1], format=VideoFormat("bgra"), time_base=1 / rate)


def _palette_of(sample: Iterable[Pixels], size: tuple[int, int], rate: Fraction) -> VideoFrame:
    """The colours that represent some frames best, as a picture of 16 × 16."""
    from av.filter import Graph

    graph = Graph()
    source, made = _source(graph, size, rate), graph.add("palettegen", f"max_colors={_COLOURS}:reserve_transparent=0")
    out: Any = graph.add("buffersink")
    source.link_to(made)
    made.link_to(out)
    graph.configure()
    for number, pixels in enumerate(sample):
        frame = _frame(pixels)
        frame.pts, frame.time_base = number, 1 / rate
        source.push(frame)
    source.push(None)
    palette: VideoFrame = out.pull()
    return palette


def _dither_graph(size: tuple[int, int], rate: Fraction, palette: VideoFrame) -> tuple[Graph, Any, Any]:
    """Frames in, frames of the palette's colours out. Flat colours stay flat: nothing is dithered."""
    from av.filter import Graph

    graph = Graph()
    source = _source(graph, size, rate)
    colours = graph.add_buffer(width=palette.width, height=palette.height, format=palette.format,
                               time_base=1 / rate)  # fmt: skip
    use, out = graph.add("paletteuse", "dither=none:diff_mode=rectangle"), graph.add("buffersink")
    source.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(out)
    graph.configure()
    palette.pts, palette.time_base = 0, 1 / rate
    colours.push(palette)
    colours.push(None)
    return graph, source, out
