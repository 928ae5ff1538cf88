"""Opening a file of the library: its place, kind and size are looked at first."""

from pathlib import Path

KILOBYTE = 1024
TEXT_LIMIT = 256 * KILOBYTE


class FileRefused(ValueError):
    """A file that is not opened, or not understood. Its text says why and what to do."""


def read_bytes(path: Path, root: Path, limit: int = TEXT_LIMIT) -> bytes:
    """Bytes of a regular file inside `root`, at most `limit` bytes long. Raises FileRefused."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise FileRefused("Tệp nằm ngoài thư mục khóa học. Hãy chép tệp vào trong thư mục.")
    if not path.is_file():
        raise FileRefused("Không thấy tệp này. Hãy tạo tệp, hoặc sửa lại tên.")
    size = path.stat().st_size
    if size > limit:
        raise FileRefused(f"Tệp nặng {size // KILOBYTE} KB, quá mức {limit // KILOBYTE} KB. Hãy làm nhỏ lại.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefused(f"Không mở được tệp: {error.strerror}.") from error


def decode(data: bytes) -> str:
    """Text of UTF-8 bytes, each line ended by a line feed. Raises FileRefused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise FileRefused(f"Dòng {line} không phải chữ UTF-8. Hãy lưu lại tệp dạng UTF-8.") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
