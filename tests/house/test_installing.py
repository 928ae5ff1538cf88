"""The first installation: how far it is, and one sentence for what went wrong."""

import runpy
import subprocess

import pytest


@pytest.fixture(scope="module")
def install(root):
    return runpy.run_path(str(root / ".ci" / "install.py"))


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        ("ERROR: an OSError: [Errno 28] No space left on device", "đĩa đã đầy", "mạng"),
        ("Retrying … NewConnectionError\nERROR: No matching distribution found", "mạng", "đĩa"),
        ("CMake Error: CMAKE_CXX_COMPILER not set", "trình biên dịch", "mạng"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "HASHES", "mạng"),
        ("", "không nói vì sao", "mạng"),
    ],
)  # fmt: skip
def test_the_cause_of_a_failed_installation_is_named(install, words, said, unsaid):
    sentence = install["why"]("core", words)
    assert said in sentence and unsaid not in sentence and "requirements/core.txt" in sentence


def test_progress_counts_packages_and_megabytes(install, capsys):
    progress = install["Progress"](40, 157)
    for line in (
        "Collecting flask==3.1.3\n",
        "  Downloading flask-3.1.3-py3-none-any.whl.metadata (3.2 kB)\n",
        "Downloading flask-3.1.3-py3-none-any.whl (500 kB)\n",
        "Downloading numpy-2.4.6-cp311-manylinux.whl (16.6 MB)\n",
        "Installing collected packages: flask, numpy\n",
    ):
        progress.read(line)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "  gói 1/khoảng 40, 0/khoảng 157 MB: flask",
        "  gói 2/khoảng 40, 17/khoảng 157 MB: numpy",
        "  đã lấy đủ; đang đặt 2 gói vào .venv (chừng một phút) …",
    ]


def test_tests_never_fetch_gigabytes_without_being_asked(root):
    """`make test` takes models only by way of --light, which asks the CPU indexes or leaves them out."""
    assert ".ci/models --light" in asked(root) and "compiler" not in asked(root)
    assert "compiler" in asked(root, CI="true")


def asked(root, **environment: str) -> str:
    """The commands of `make test`, not run."""
    environment = {"PATH": "/usr/bin:/bin", **environment}
    done = subprocess.run(
        ["make", "-n", "test"], cwd=root, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout
