"""An extract as files: data, schemas, metadata, documentation, checksums."""
