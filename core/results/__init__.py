"""Results on disk: what is kept per clip, how it is grouped into tables, and its provenance."""
