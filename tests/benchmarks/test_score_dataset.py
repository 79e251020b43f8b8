"""``anglescope score`` as a user runs it: 996 clips of 240 frames, three sources, from files to tables.

Prints wall time and the memory of all its processes beside what is asked: 8 s without clip CSVs on
two idle cores, less than 600 MB, and no more for 996 clips than for 250. The dataset is indexed anew (no cache of
ours; the system may hold the files in memory).
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from core.cameras import world_to_camera
from core.dataset import load_clip, open_dataset
from core.estimators import GeometryEstimator
from core.evaluation import evaluate_floor
from core.results.clip_csv import clip_columns, write_clip_csv
from tests.scored_runs import COMMAND, MANIFEST, ROOT, environment

DEMO = ROOT / "resources" / "demo"
FRAMES, CLIPS, FEWER = 240, 996, 250
WALL_S, MEMORY_MB = 8.0, 600.0
NUMBERS_PER_S = 600 * 240 * 37  # 600 files a second of the size that the peers were measured with
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def write_large(root: Path, n_clips: int, athletes: int = 5) -> Path:
    """One clip of the demo, brought to 240 frames, again and again from another frame on; three noisy sources."""
    demo = open_dataset(DEMO)
    clip = load_clip(demo.entry("S1_Throw_1_cam_4"), demo)
    frames = np.abs(np.arange(FRAMES) - (FRAMES - clip.n_frames))  # a few frames backward, then forward
    points, poses = clip.points.xyz_mm[frames], clip.poses.xyz_mm[frames]
    seen = world_to_camera(clip.camera, poses).astype(np.float32)
    noise = np.random.default_rng(0).normal(0, 20, (4 * FRAMES, 17, 3)).astype(np.float32)
    info = (DEMO / "data/test_set/S1/Throw_1_cam_4.json").read_bytes()
    for athlete in range(athletes):
        (root / f"data/test_set/S{athlete}").mkdir(parents=True)
    shutil.copy(DEMO / "cam_param.json", root)
    for lifter in range(3):
        folder = root / f"predictions/lifter_{lifter}"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({**MANIFEST, "axes": "camera"}))
    for number in range(n_clips):
        athlete, stem = f"S{number % athletes}", f"Throw_{number}_cam_4"
        (root / f"data/test_set/{athlete}/{stem}.json").write_bytes(info)
        np.save(root / f"data/test_set/{athlete}/{stem}.npy", np.roll(points, number, axis=0))
        np.save(root / f"data/test_set/{athlete}/{stem}_h36m.npy", np.roll(poses, number, axis=0))
        for lifter in range(3):
            shift = (7 * number + 31 * lifter) % (3 * FRAMES)
            source = np.roll(seen, number, axis=0) + (lifter + 1) * noise[shift : shift + FRAMES]
            np.save(root / f"predictions/lifter_{lifter}/{athlete}_{stem}.npy", source)
    return root


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Path:
    return write_large(tmp_path_factory.mktemp("large"), CLIPS)


def resident_mb(session: int) -> float:
    """Resident memory of all processes of a session; pages they share count for each of them."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            fields = (place / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session:
            total += int(fields[21]) * resource.getpagesize()
    return total / 1e6


def measured(dataset: Path, out: Path, *more: str) -> tuple[float, float]:
    """Wall seconds and largest memory in MB of a run with two workers."""
    command = [*COMMAND, "score", str(dataset), "--out", str(out), "--jobs", "2", "--angles", "geometry", *more]
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment(out.parent / f"cache_{out.name}"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True,
    )  # fmt: skip
    most = 0.0
    while process.poll() is None:
        most = max(most, resident_mb(process.pid))
        time.sleep(0.1)
    wall = time.perf_counter() - begin
    output, errors = process.communicate()
    assert process.returncode == 0, errors
    assert output.count("lifter_") == 3
    return wall, most


@linux
@pytest.mark.benchmark(group="score a dataset")
def test_score_996_clips(benchmark, large, tmp_path):
    runs = [measured(large, tmp_path / f"out{k}", "--no-clip-csv") for k in range(3)]
    wall, memory = min(runs)
    benchmark.pedantic(lambda: None, rounds=1)
    fewer = write_large(tmp_path / "fewer", FEWER)
    _, memory_of_fewer = measured(fewer, tmp_path / "out_fewer", "--no-clip-csv")
    with_csv, _ = measured(large, tmp_path / "out_csv")
    rate = CLIPS * FRAMES * 3 / wall
    print(f"\n{CLIPS} clips x {FRAMES} frames x 3 sources: {wall:.1f} s (limit {WALL_S}), {rate:,.0f} frames/s")
    print(f"with clip CSVs: {with_csv:.1f} s ({CLIPS / (with_csv - wall):.0f} files/s on top)")
    print(
        f"memory of all processes: {memory:.0f} MB, of {FEWER} clips {memory_of_fewer:.0f} MB (limit {MEMORY_MB:.0f})"
    )
    assert memory < MEMORY_MB
    assert memory < memory_of_fewer + 60
    assert wall <= WALL_S


@pytest.mark.benchmark(group="clip CSV")
def test_writing_clip_csvs(benchmark, tmp_path):
    """Files of one row per frame for the reference and three sources, as scoring writes them."""
    demo = open_dataset(DEMO)
    clip = load_clip(demo.entry("S1_Throw_1_cam_4"), demo)
    evaluations = [evaluate_floor(clip, GeometryEstimator())] * 4
    benchmark(lambda: write_clip_csv(tmp_path / "clip.csv", evaluations))
    seconds = benchmark.stats["min"]
    numbers = 4 * clip.n_frames * (len(clip_columns(evaluations[0].options.shoulder)) - 1)
    print(f"\n{1 / seconds:.0f} files/s of {4 * clip.n_frames} rows, {numbers / seconds / 1e6:.1f} million numbers/s "
          f"(limit {NUMBERS_PER_S / 1e6:.1f})")  # fmt: skip
    assert numbers / seconds >= NUMBERS_PER_S
