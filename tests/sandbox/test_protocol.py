import os

import pytest

from pieforge.errors import SandboxError
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.protocol import create_sealed_file, parse_records, read_whole
from pieforge.sandbox.sandbox import Limits, build_program_request


def test_a_partial_record_is_an_infrastructure_failure() -> None:
    with pytest.raises(SandboxError):
        list(parse_records(b"\0" * 50, []))


def test_a_command_line_that_is_too_long_is_refused_before_it_is_sent() -> None:
    with pytest.raises(ValueError, match="too long"):
        build_program_request(get_language("c17"), Limits(), ("/prog", "x" * (64 << 10))).pack([])


def test_a_sealed_file_cannot_be_changed() -> None:
    file = create_sealed_file([b"ab", b"", b"cd"])
    with pytest.raises(OSError, match="not permitted"):
        os.pwrite(file, b"x", 0)
    assert read_whole(file, 99) == b"abcd"
    os.close(file)
