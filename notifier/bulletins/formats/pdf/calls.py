"""PDFium's functions for plain addresses: where one is called for every glyph, to convert pointers takes longer than
the call itself.
"""

import ctypes
import functools
from collections.abc import Callable
from typing import Any

ADDRESS = ctypes.c_void_p


@functools.cache
def plain(name: str, result: Any, *arguments: Any) -> Callable[..., Any]:
    """The function of that name, with its types stated anew: an address is an int, and none is None."""
    from pypdfium2 import raw

    address = ctypes.cast(getattr(raw, name), ctypes.c_void_p).value
    assert address is not None
    return ctypes.CFUNCTYPE(result, *arguments)(address)


def address_of(handle: Any) -> int | None:
    return ctypes.cast(handle, ctypes.c_void_p).value
