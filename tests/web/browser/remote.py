"""Playwright in a thread of its own: its event loop would forbid asyncio.run() to every test after it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


class Remote:
    """Stands for a Playwright object; what is asked of it is done in the thread."""

    def __init__(self, thread: ThreadPoolExecutor, target: Any) -> None:
        self.__dict__.update(_thread=thread, _target=target)

    def __getattr__(self, name: str) -> Any:
        return self._wrapped(self._thread.submit(getattr, self._target, name).result())

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """`function(object, *arguments)`, in the thread."""
        return self._wrapped(self._thread.submit(function, self._target, *arguments).result())

    def _wrapped(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._wrapped(one) for one in value]
        if type(value).__module__.startswith("playwright."):
            return Remote(self._thread, value)
        return self._method(value) if callable(value) else value

    def _method(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            bare = [one._target if isinstance(one, Remote) else one for one in arguments]
            return self._wrapped(self._thread.submit(method, *bare, **options).result())

        return run
