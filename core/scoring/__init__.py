"""Scoring a dataset: worker processes (or a cluster), progress that survives interruption, finished tables."""
