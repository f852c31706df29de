"""Runs as pages, Markdown and JUnit XML, for people and for build servers.

`html` and `compare_html` make self-contained pages; `run_markdown`, `compare_markdown` and `junit` make text.
"""

from eval.report.junit import junit
from eval.report.markdown import compare_markdown, run_markdown
from eval.report.page import compare_html, html

__all__ = ["compare_html", "compare_markdown", "html", "junit", "run_markdown"]
