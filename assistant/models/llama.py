"""A GGUF file in this very process, through llama-cpp-python. Only the model process and tests load one."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.models import gguf
from assistant.models.generator import (
    GeneratorError,
    GeneratorMissing,
    Message,
    PromptTooLong,
    Waiting,
    problem_of,
)

PROCESSOR = Path("/proc/cpuinfo")
BATCH = 256
"""Tokens read at once; between two batches a stop is heeded even where the library does not look itself."""


class LlamaFile:
    """A loaded model. One text at a time; safe for threads, which wait for each other."""

    def __init__(self, path: Path, context: int = 4096, threads: int = 0) -> None:
        """Load the file. Raises GeneratorMissing if the program or a sound model is not there."""
        library = load_library()
        try:
            gguf.check(path)
            with without_broken_matrix_units(library):
                self._model = library.Llama(
                    str(path),
                    n_ctx=context,
                    n_batch=BATCH,
                    n_threads=threads or None,
                    n_threads_batch=threads or None,
                    verbose=False,
                )
        except (ValueError, RuntimeError, OSError) as error:
            raise GeneratorMissing(f"{path.name} cannot be loaded: {error}") from error
        self.path, self.context = path, context
        self._one_at_a_time = threading.Lock()
        self._may_go_on = lambda: True
        # The library keeps no reference of its own to the function that it calls.
        self._abort = library.llama_cpp.ggml_abort_callback(lambda _data: not self._may_go_on())
        library.llama_cpp.llama_set_abort_callback(self._model.ctx, self._abort, None)

    def generate(
        self,
        messages: Sequence[Message],
        *,
        limit: int,
        deadline: float,
        stop: threading.Event,
        on_waiting: Waiting | None = None,
    ) -> Iterator[str]:
        """See `Generator.generate`. A stop is heeded while the prompt is still being read, too."""
        with self._one_at_a_time:
            if on_waiting:
                on_waiting(0)
            self._may_go_on = lambda: problem_of(deadline, time.monotonic(), stop) is None
            try:
                yield from self._pieces(messages, limit, deadline, stop)
            finally:
                self._may_go_on = lambda: True

    def _pieces(
        self, messages: Sequence[Message], limit: int, deadline: float, stop: threading.Event
    ) -> Iterator[str]:
        try:
            for part in self._model.create_chat_completion(
                [message.to_json() for message in messages],
                stream=True,
                max_tokens=limit,
                temperature=0.0,
                repeat_penalty=1.05,
            ):
                self._raise_if_over(deadline, stop)
                piece = part["choices"][0]["delta"].get("content")
                if piece:
                    yield piece
            self._raise_if_over(deadline, stop)
        except (ValueError, RuntimeError) as error:
            if isinstance(error, GeneratorError):
                raise
            self._forget()
            self._raise_if_over(deadline, stop)
            if "context window" in str(error):
                raise PromptTooLong(str(error)) from error
            raise GeneratorError(f"the model failed: {error}") from error

    def _raise_if_over(self, deadline: float, stop: threading.Event) -> None:
        problem = problem_of(deadline, time.monotonic(), stop)
        if problem:
            raise problem

    def _forget(self) -> None:
        """After a text that broke off, the next one begins with nothing half read."""
        with contextlib.suppress(RuntimeError, AttributeError):
            self._model.reset()
            self._model._ctx.kv_cache_clear()

    def status(self) -> dict[str, Any]:
        """See `Generator.status`."""
        return {
            "kind": "llama-cpp-python",
            "model": self.path.name,
            "state": "ready",
            "context": self.context,
        }

    def close(self) -> None:
        """Free the memory."""
        self._model.close()


def load_library() -> Any:
    """The module `llama_cpp`. Raises GeneratorMissing where it is not installed or its library is broken."""
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise GeneratorMissing(
            "llama-cpp-python is missing or broken: pip install -r requirements/models.txt"
        ) from error
    return llama_cpp


def is_there() -> bool:
    """Whether llama-cpp-python can be found, without loading it."""
    import importlib.util

    return importlib.util.find_spec("llama_cpp") is not None


@contextlib.contextmanager
def without_broken_matrix_units(library: Any) -> Iterator[None]:
    """Load without Intel's matrix units (AMX) where the processor has them.

    llama.cpp of this version ends with a general protection fault in them on virtual machines
    (ggml-org/llama.cpp, pull request 26954). They come with the repacked buffers, which a loading option
    turns off; llama-cpp-python does not pass that option on, so its default is changed while one loads.
    """
    module = library.llama_cpp
    defaults = module.llama_model_default_params
    if not has_matrix_units():
        yield
        return

    def plain() -> Any:
        parameters = defaults()
        parameters.use_extra_bufts = False
        return parameters

    module.llama_model_default_params = plain
    try:
        yield
    finally:
        module.llama_model_default_params = defaults


def has_matrix_units(processor: Path = PROCESSOR) -> bool:
    """Whether the processor says that it has AMX."""
    try:
        return " amx_tile" in processor.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
