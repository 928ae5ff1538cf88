"""Settings of the web application: the shared ones, and the table `[web]`."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

from assistant.settings import (
    PREFIX,
    ROOT,
    SettingError,
    Settings,
    instance_folder,
    instead,
    read_file,
    read_table,
    split_tables,
    sqlite_url,
)
from assistant.storage import SYNCHRONOUS

__all__ = [
    "ROOT",
    "SettingError",
    "Settings",
    "WebSettings",
    "instance_folder",
    "read_file",
    "secret_key",
    "sqlite_url",
]

# Names that belong to tests, tools and the shell around the program, not to the program.
NOT_OURS = ("TEST_", "SCREENS", "BENCH_", "CI_")
SHORTEST_KEY = 32


@dataclass(frozen=True)
class WebSettings:
    """How the web application is served."""

    shared: Settings
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    threads: int = 16
    debug: bool = False
    public_url: str = ""
    """The address people type, for QR codes; empty: the one they came by."""
    behind_proxy: bool = False
    """True when one reverse proxy in front sets X-Forwarded-For and X-Forwarded-Proto."""
    secure_cookies: bool = False
    """True when the site is served over https only."""

    @property
    def instance(self) -> Path:
        """The folder for all that running makes."""
        return self.shared.instance

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, root: Path = ROOT) -> WebSettings:
        """Read the file and the environment. Raises SettingError that names the wrong setting."""
        environ = os.environ if environ is None else environ
        shared = Settings.load(environ, root)
        where = f"{shared.instance / 'config.toml'}"
        _, tables = split_tables(read_file(shared.instance))
        for name in tables:
            if name not in {"web", "assistant"}:
                raise SettingError(f"{where}: không có bảng [{name}]. Bạn dùng [web] hoặc [assistant].")
        settings = read_table(cls, tables.get("web", {}), environ, f"{where} [web]", shared=shared)
        settings.check()
        _refuse_unknown(environ)
        return settings

    def check(self) -> None:
        """Raise SettingError for a value that cannot work."""
        if not 1 <= self.port <= 65535:
            raise SettingError(f"port phải từ 1 đến 65535, không phải {self.port}.")
        for name in ("workers", "threads"):
            if not 1 <= getattr(self, name) <= 64:
                raise SettingError(f"{name} phải từ 1 đến 64, không phải {getattr(self, name)}.")
        if self.public_url and not self.public_url.startswith(("http://", "https://")):
            raise SettingError("public_url phải bắt đầu bằng http:// hoặc https://.")
        if self.shared.synchronous not in SYNCHRONOUS:
            raise SettingError(f"synchronous phải là {' hoặc '.join(SYNCHRONOUS)}.")
        if not 0 <= self.shared.backup_hour <= 23:
            raise SettingError(f"backup_hour phải từ 0 đến 23, không phải {self.shared.backup_hour}.")
        if not 1 <= self.shared.backup_keep <= 1000:
            raise SettingError(f"backup_keep phải từ 1 đến 1000, không phải {self.shared.backup_keep}.")
        if self.shared.courses and not Path(self.shared.courses).is_dir():
            raise SettingError(f"courses: không có thư mục “{self.shared.courses}”. Bạn sửa lại đường dẫn.")


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {field.name.upper() for cls in (Settings, WebSettings) for field in fields(cls)}
    for variable in environ:
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX) and name not in known and not name.startswith(NOT_OURS):
            raise SettingError(
                f"{variable}: không có cài đặt này. {instead(variable, {PREFIX + one for one in known})}"
            )


def secret_key(instance: Path) -> str:
    """The key that signs cookies and form tokens: made once, readable by its owner only.

    Raises SettingError for a key file without a key in it.
    """
    path = instance / "secret.key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        _write_once(path, secrets.token_urlsafe(48))
    key = path.read_text(encoding="utf-8").strip()
    if len(key) < SHORTEST_KEY:
        raise SettingError(
            f"Tệp {path} không có khóa. Bạn xóa tệp ấy rồi chạy lại: mọi người sẽ đăng nhập lại."
        )
    return key


def _write_once(path: Path, text: str) -> None:
    """Put a file there whole or, if another process was quicker, leave that one's: none sees half of it."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".key-", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):
            # The new name has the rights of the temporary file: 0600.
            os.link(file.name, path)
