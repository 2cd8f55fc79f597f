"""Log messages: as text, as JSON, and without keys."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from pieforge.errors import StorageError
from pieforge.logs import hide, log_to_file, log_to_stderr

LOGGER = logging.getLogger("pieforge.test")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger("pieforge")
    before = (list(root.handlers), root.level, root.propagate)
    yield
    root.handlers[:], root.propagate = before[0], before[2]
    root.setLevel(before[1])


def test_warnings_go_to_stderr_as_text_and_lower_levels_do_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr()
    LOGGER.info("quiet")
    LOGGER.warning("loud", extra={"data": {"tries": 2}})
    text = capsys.readouterr().err
    assert text.endswith("WARNING pieforge.test: loud tries=2\n")
    assert "quiet" not in text


def test_json_is_one_object_a_line_with_the_messages_own_fields(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log_to_stderr("debug", "json")
    LOGGER.debug("two\nlines", extra={"data": {"path": Path("a"), "seconds": 1.5}})
    LOGGER.error("failed", exc_info=ValueError("wrong"))
    first, second = map(json.loads, capsys.readouterr().err.splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "level": "debug",
        "logger": "pieforge.test",
        "message": "two\nlines",
        "path": "a",
        "seconds": 1.5,
    }
    assert "ValueError: wrong" in second["exception"]


def test_a_file_has_all_messages_from_info_on_regardless_of_the_level_of_stderr(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_to_stderr("error")
    with log_to_file(tmp_path / "run.log"):
        LOGGER.debug("detail")
        LOGGER.info("news")
    LOGGER.info("after")
    [row] = map(json.loads, (tmp_path / "run.log").read_text().splitlines())
    assert row["message"] == "news"
    assert capsys.readouterr().err == ""


def test_a_message_that_is_no_utf8_is_written_escaped(tmp_path: Path) -> None:
    record = logging.makeLogRecord({"msg": "news \udcff", "levelname": "INFO", "name": "pieforge"})
    with log_to_file(tmp_path / "run.log"):
        # Not by the logger: the test runner collects what that gets, and cannot pass this on.
        logging.getLogger("pieforge").handlers[-1].handle(record)
    assert json.loads((tmp_path / "run.log").read_text())["message"].startswith("news ")


def test_a_file_has_the_details_that_stderr_is_asked_for(tmp_path: Path) -> None:
    log_to_stderr("debug")
    with log_to_file(tmp_path / "run.log"):
        LOGGER.debug("detail")
    assert "detail" in (tmp_path / "run.log").read_text()


def test_a_log_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(StorageError, match="log cannot be written") as caught,
        log_to_file(tmp_path / "missing" / "run.log"),
    ):
        pass
    assert "missing" in caught.value.where


def test_a_key_is_in_no_message_no_field_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = "sk-very-secret-1234"
    hide(key)
    hide("any")  # a server without keys accepts any word
    log_to_stderr("info", "text")
    with log_to_file(tmp_path / "run.log"):
        error, data = ValueError(f"refused {key}"), {"header": f"Bearer {key}"}
        LOGGER.error("any server said %s", key, exc_info=error, extra={"data": data})
    for text in (capsys.readouterr().err, (tmp_path / "run.log").read_text()):
        assert key not in text
        assert "any server said [hidden]" in text


def test_a_message_cannot_control_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    log_to_stderr("info", "text")
    LOGGER.warning("it printed \x1b[2J\x07 and more")
    assert capsys.readouterr().err.endswith("it printed \\x1b[2J\\x07 and more\n")
