"""A country's lines, made up, extracted by Prova beside DuckDB and Polars."""
