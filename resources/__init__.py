"""Data that ships with anglescope: landmark sets and the demo dataset (read with importlib.resources)."""
