"""Errors of a source against the reference, in millimetres and degrees, and sums of them that add."""
