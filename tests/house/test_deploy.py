"""The files in deploy/: what can be checked without a cluster or a container runtime."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
DEPLOY = ROOT / "deploy"
PIEFORGE = """#!/bin/sh
echo "$@" >> calls
[ "$1" = --version ] && exit 0
mkdir -p out/tonight && : > out/tonight/run.toml
set -- $(cat statuses)
status=$1
shift
echo "$@" > statuses
exit "$status"
"""


def test_systemd_accepts_service_and_timer() -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    units = [str(DEPLOY / f"pieforge.{kind}") for kind in ("service", "timer")]
    done = subprocess.run(
        ["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_scripts_and_documents_can_be_parsed() -> None:
    for name in ("nightly.sh", "pieforge.slurm"):
        subprocess.run(["bash", "-n", str(DEPLOY / name)], check=True)
    job = yaml.safe_load((DEPLOY / "cronjob.yaml").read_text())
    [container] = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert container["args"][0] == "nightly.sh"


def test_the_image_has_the_debian_packages_of_the_makefile() -> None:
    makefile, image = ((ROOT / name).read_text() for name in ("Makefile", "deploy/Dockerfile"))
    packages = makefile.partition("DEBIAN := ")[2].partition("\n")[0]
    assert packages in image


@pytest.mark.parametrize(
    ("statuses", "calls", "end"),
    [
        ("0", 1, 0),
        ("75 1 0", 3, 0),
        ("75 75 75", 3, 75),
        ("3", 1, 3),
        ("2", 1, 2),
    ],
)
def test_a_night_is_resumed_while_the_infrastructure_fails(
    statuses: str, calls: int, end: int, tmp_path: Path
) -> None:
    scripted = tmp_path / "bin" / "pieforge"
    scripted.parent.mkdir()
    scripted.write_text(PIEFORGE)
    scripted.chmod(0o755)
    (tmp_path / "statuses").write_text(statuses)
    environment = {
        "PATH": f"{scripted.parent}:{os.environ['PATH']}",
        "PIEFORGE_NIGHT": "tonight",
        "PIEFORGE_TRIES": "3",
        "PIEFORGE_PAUSE_S": "0",
    }
    done = subprocess.run(
        ["sh", str(DEPLOY / "nightly.sh"), "night.toml", "out"],
        cwd=tmp_path,
        env=environment,
        check=False,
    )
    assert done.returncode == end
    first, *more = (tmp_path / "calls").read_text().splitlines()
    assert first == "run night.toml --name tonight --out out"
    assert more == ["run --resume out/tonight night.toml"] * (calls - 1)
