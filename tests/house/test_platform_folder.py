"""`platform/` is a folder that holds lms; it must never hide Python's own module of that name."""

import importlib.util
import platform
import subprocess
import sys
import sysconfig
from pathlib import Path


def test_platform_is_the_module_of_the_standard_library():
    assert Path(platform.__file__).parent == Path(sysconfig.get_path("stdlib"))


def test_platform_folder_is_no_package(root):
    assert not (root / "platform" / "__init__.py").exists()


def test_lms_comes_from_the_platform_folder(root):
    spec = importlib.util.find_spec("lms")
    assert spec is not None and Path(spec.origin) == root / "platform" / "lms" / "__init__.py"


def test_the_door_leaves_platform_alone(root):
    """Run from the project's own folder, where a package `platform` would be found first."""
    words = "import wsgi, platform, uuid; print(platform.python_version(), uuid.uuid4())"
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_door_appends_its_folders(root):
    """Put first, platform/ would come before the standard library."""
    words = "import sys; before = list(sys.path); import wsgi; print(sys.path[:len(before)] == before)"
    done = subprocess.run(
        [sys.executable, "-c", words], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "True", done.stderr
