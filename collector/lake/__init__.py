"""The sealed lake: what the journal held, as Parquet files per day and bucket of lines, on disk or object storage."""
