"""The context of one run with the prepared problems of the hacks, for all tests here."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from case_files import cases

from pieforge.config import parse_config
from pieforge.export.run_files import export_run
from pieforge.graphs.context import Context
from pieforge.graphs.run import open_context
from pieforge.graphs.run_folder import create_run_folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def context(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Context]:
    folder = tmp_path_factory.mktemp("run")
    values = {
        # Python's own pairs would take the simulator far longer; its hacks are refused earlier.
        "run": {"problems": sorted({case.problem for case in cases()}), "languages": ["cpp17"]},
        "simulator": {"budget_mcycles": 60},
    }
    config = parse_config(values, where="here")
    create_run_folder(folder, config)
    async with open_context(folder, config, lambda event: None, export_run) as context:
        yield context
