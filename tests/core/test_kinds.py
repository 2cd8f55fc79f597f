"""The kinds of records in the ledger do not change with the names of their classes."""

from collections import Counter

from record_classes import record_classes

from pieforge import earlier_schemas


def test_every_record_names_its_kind_and_no_two_share_one() -> None:
    kinds = Counter(kind.KIND for kind in record_classes())
    assert [name for name, count in kinds.items() if count > 1] == []


def test_every_kind_that_is_read_in_a_run_of_version_2_exists() -> None:
    kinds = {kind.KIND for kind in record_classes()}
    assert earlier_schemas.KINDS.keys() - kinds == set()
