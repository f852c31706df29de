"""What is stored: the catalog (SQLite), the vectors (Chroma), the terms (Tantivy), embedders, and the ingest."""
