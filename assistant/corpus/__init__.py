"""From bytes to articles, sentences and passages. Pure functions: no store, no model, no network."""
