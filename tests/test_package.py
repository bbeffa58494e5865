"""The wheel carries all that the program needs: it is built, installed into a fresh environment and run there."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_topics_templates_migrations_and_the_sample(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("rules", "templates"):
        for file in (path for path in (ROOT / folder).rglob("*") if path.is_file()):
            assert f"notifier/{file.relative_to(ROOT)}" in names
    assert any(name.startswith("notifier/storage/migrations/versions/0001") for name in names)
    for file in (ROOT / "notifier" / "sources" / "catalogue").glob("*.toml"):
        assert f"{file.relative_to(ROOT)}" in names
    assert {"notifier/config.example.toml", "notifier/cli/demo.txt", "notifier/py.typed"} <= names


def test_the_installed_wheel_runs_the_demo_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    """A fresh environment with the wheel alone; what it depends on is borrowed from this one to save the network."""
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False)
    packages = next((environment / "lib").glob("python*")) / "site-packages"
    borrowed = Path(next(path for path in sys.path if path.endswith("site-packages")))
    for path in borrowed.iterdir():
        if "notifier" not in path.name and path.name not in ("__pycache__", "_virtualenv.py"):
            (packages / path.name).symlink_to(path)
    pip = [sys.executable, "-m", "pip", "--python", environment, "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(pip, check=True, capture_output=True, text=True)
    command = [environment / "bin" / "notifier", "demo", "--keep", "demo"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "滨海新城打造科技金融综合服务平台助力初创企业成长" in done.stdout
    assert len(list((tmp_path / "demo" / "mail" / "new").iterdir())) == 3
    assert len(list((tmp_path / "demo" / "feeds").iterdir())) == 9
    where = [environment / "bin" / "python", "-c", "import notifier; print(notifier.__file__)"]
    assert str(packages) in subprocess.run(where, cwd=tmp_path, capture_output=True, text=True).stdout
