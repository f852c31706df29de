"""Real files for the readers."""

from pathlib import Path

from assistant.articles import GUESS, FieldMap, read_file
from assistant.records import Article, Skipped


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def articles(path: Path, fields: FieldMap = GUESS) -> list[Article]:
    return [item for item in read_file(path, fields) if isinstance(item, Article)]


def only_article(path: Path) -> Article:
    (item,) = read_file(path)
    assert isinstance(item, Article), item
    return item


def only_reason(path: Path) -> str:
    (item,) = read_file(path)
    assert isinstance(item, Skipped), item
    assert "\n" not in item.reason
    return item.reason
