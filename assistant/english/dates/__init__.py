"""Dates in English news text and in questions, resolved to days. Deterministic: tables and rules, no model."""
