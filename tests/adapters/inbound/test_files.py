"""Files and folders of events: what is in them is told by name and line."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.inbound.files import MAX_LINE, read_files
from adapters.inbound.received import BadBody, Received

ARRIVED = datetime(2026, 1, 2, tzinfo=UTC)
NATIVE = b'{"id":"n-1","time":"2025-03-03T10:00:00Z","learner":"ada","object":"p","is":"viewed"}'
STATEMENT = (
    b'{"actor":{"mbox":"mailto:ada@learner.example"},"timestamp":"2025-03-03T10:00:00Z",'
    b'"verb":{"id":"http://adlnet.gov/expapi/verbs/completed"},"object":{"id":"https://a.b/c"}}'
)


def read(*paths: Path) -> list[Received]:
    """Read files."""
    return list(read_files(paths, "file", ARRIVED))


def words(*paths: Path) -> list[str]:
    """Read files of which all is usable, and give the words of the events."""
    received = read(*paths)
    assert [one.reason for one in received if one.reason] == []
    return [one.event.word for one in received if one.event is not None]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "A.JSONL"])
def test_lines_of_both_kinds(tmp_path: Path, name: str) -> None:
    """Milepost's own form and xAPI may stand in one file, line by line."""
    path = tmp_path / name
    path.write_bytes(NATIVE + b"\r\n\n" + STATEMENT + b"\n")
    assert words(path) == ["viewed", "completed"]


def test_a_statement_is_known_by_its_actor(tmp_path: Path) -> None:
    """A field called actor does not make an event of ours a statement."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(NATIVE[:-1] + b',"fields":{"actor":"x"},"actor":"y"}')
    assert words(path) == ["viewed"]


def test_compressed_lines(tmp_path: Path) -> None:
    """A file with .gz is unpacked on the way."""
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(NATIVE + b"\n" + STATEMENT))
    assert words(path) == ["viewed", "completed"]


@pytest.mark.parametrize("body", [NATIVE, b"[" + NATIVE + b"\n]", b"\xef\xbb\xbf" + NATIVE])
def test_a_whole_value(tmp_path: Path, body: bytes) -> None:
    """A .json file is an object or an array."""
    path = tmp_path / "a.json"
    path.write_bytes(body)
    assert words(path) == ["viewed"]


def test_tables_and_folders(tmp_path: Path) -> None:
    """Every known file of a folder is read in the order of its path, others are left alone."""
    (tmp_path / "b.csv").write_bytes("\ufefflearner;name\nada;Ada\n".encode())
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "a.jsonl").write_bytes(NATIVE)
    (tmp_path / "README").write_text("not an event", encoding="utf-8")
    assert words(tmp_path) == ["profile", "viewed"]


def test_a_folder_of_oulad(samples: Path) -> None:
    """OULAD is known by its tables."""
    first = next(iter(read_files([samples / "oulad" / "dev"], "oulad", ARRIVED)))
    assert first.id.startswith("oulad:")


def test_fun_as_it_is(samples: Path) -> None:
    """The compressed lines of FUN are 8,691 usable statements."""
    assert len(words(samples / "xapi" / "fun-mooc" / "course-00001.jsonl.gz")) == 8691


def test_statements_of_moodle_as_files(samples: Path) -> None:
    """A batch is a JSON array of statements."""
    folder = samples / "xapi" / "moodle"
    assert words(folder / "mod_quiz__attempt_submitted__essay.statements.json") == [
        "completed",
        "submitted",
    ]


def test_a_bad_line_is_put_aside_with_its_number(tmp_path: Path) -> None:
    """Neighbours are read; an over-long line is skipped to its end."""
    path = tmp_path / "a.jsonl"
    long = b'{"x":"' + b"a" * (2 * MAX_LINE) + b'"}'
    path.write_bytes(b"\n".join([NATIVE, b"{oops", long, b"{}", STATEMENT]))
    reasons = [one.reason for one in read(path)]
    assert reasons[0] == reasons[4] == ""
    assert reasons[1].startswith("json: line 2: ")
    assert reasons[2].startswith("json: line 3 is longer than")
    assert reasons[3].startswith("learner: ")


def test_a_long_line_that_just_fits_is_read(tmp_path: Path) -> None:
    """A line as long as the limit, with and without its end, keeps its neighbours."""
    for size in (MAX_LINE - 1, MAX_LINE, MAX_LINE + 1):
        path = tmp_path / f"{size}.jsonl"
        path.write_bytes(NATIVE[:-1] + b" " * (size - len(NATIVE)) + b"}\n" + STATEMENT)
        assert [one.event is None for one in read(path)] == [size >= MAX_LINE, False]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl.gz", gzip.compress(NATIVE * 1000)[:-20], "cut short"),
        ("a.jsonl.gz", b"not compressed", "can't be read"),
        ("a.jsonl.gz", gzip.compress(NATIVE)[:10] + b"\x07" * 40, "can't be read"),
        ("a.json", b"[1, 2", "the body is not JSON"),
        ("a.csv", b"learner,name\nada,\xff\n", "not UTF-8"),
        ("a.csv", b"x,y\n", "no column for the learner"),
        ("a.txt", b"", "not a file of events"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    """Whatever is wrong with the whole of a file, it is named."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadBody, match=message) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_missing_files_and_empty_folders(tmp_path: Path) -> None:
    """A path where nothing is, or a folder with nothing of ours, is a mistake."""
    with pytest.raises(BadBody, match="no such file"):
        read(tmp_path / "a.jsonl")
    with pytest.raises(BadBody, match="no file of events"):
        read(tmp_path)
