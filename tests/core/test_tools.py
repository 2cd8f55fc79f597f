"""Tools are asked for their version, and a failure is never taken for an answer."""

import pytest

from pieforge.errors import MissingToolError
from pieforge.tools import query_tool


def test_a_tool_that_answers_is_quoted() -> None:
    assert query_tool(["/bin/echo", "version", "7"]) == "version 7\n"


def test_a_tool_that_fails_is_named_with_its_message() -> None:
    with pytest.raises(MissingToolError, match="/bin/sh failed with status 3: broken") as caught:
        query_tool(["/bin/sh", "-c", "echo 1; echo broken >&2; exit 3"])
    assert "reinstall" in caught.value.fix


def test_a_tool_that_a_signal_ends_gives_no_answer() -> None:
    with pytest.raises(MissingToolError, match="status -15"):
        query_tool(["/bin/sh", "-c", "echo 1; kill -TERM $$"])


def test_a_tool_that_is_not_there_is_named() -> None:
    with pytest.raises(MissingToolError, match="/no/such/tool cannot be started"):
        query_tool(["/no/such/tool"])


def test_a_tool_is_out_of_reach_of_the_terminals_interrupt() -> None:
    session = query_tool(["/bin/sh", "-c", "ps -o sid= -p $$; echo $$"]).split()
    assert session[0] == session[1]
