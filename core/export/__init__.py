"""Writers: records to TRC, MOT, CSV, Parquet and the project's own archive; the conversion between formats."""
