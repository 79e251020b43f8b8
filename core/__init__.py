"""anglescope's engine: clips and lifter poses in, joint angles and errors out. Knows no Qt."""

__version__ = "0.1.0"
