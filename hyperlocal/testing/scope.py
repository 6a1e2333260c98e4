"""Scope: what has a sandbox: a `with` block, a function, all tests of a class.

with sandbox(train) as hyperdrive: ...

@sandbox(train)
class TestTuning(unittest.TestCase): ...
"""

from __future__ import annotations

import inspect
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable
from contextlib import ContextDecorator
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from hyperlocal.testing.functions import check_function
from hyperlocal.testing.isolation import Sandbox

__all__ = ["sandbox"]

_F = TypeVar("_F", bound=Callable[..., Any])

_TESTS = "test"


class sandbox(ContextDecorator):
    """A home, a workspace and inline runs for a `with` block or a decorated function.

        with sandbox(train) as hyperdrive:
            run = tune()

        @sandbox(train)
        def test_tuning(self): ...

    Above a class it is for each method whose name begins with `test`, as `unittest.mock.patch` is;
    `setUp` is not in it, but may enter one that lasts: `self.enterContext(sandbox())`.

    Args:
        train: A function that stands for every training script; see `Sandbox.answer`.
        slots: How many trials run side by side.
        seed: The seed of sweeps that name none.
        folder: Where the home is made; by default in a temporary folder that is removed.
    """

    def __init__(
        self,
        train: Callable[..., Any] | None = None,
        *,
        slots: int = 1,
        seed: int = 0,
        folder: str | os.PathLike[str] | None = None,
    ) -> None:
        if inspect.isclass(train) or getattr(train, "__name__", "").startswith(_TESTS):
            raise TypeError(f"Write @sandbox(), with parentheses, above {train!r}.")
        if train is not None:
            check_function(train)
        self._train = train
        self._slots = slots
        self._seed = seed
        self._folder = folder
        self._open: list[tuple[Sandbox, str | None]] = []

    def __call__(self, function: _F) -> _F:
        """Decorate a test, or the tests of a class."""
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError(
                f"@sandbox() would end before {function.__name__}() begins: in a generator, write "
                "'with sandbox():' around what it does."
            )
        decorated: Any = function
        if inspect.isclass(function):
            for name in dir(function):
                if name.startswith(_TESTS) and inspect.isfunction(getattr(function, name)):
                    setattr(function, name, self(getattr(function, name)))
        elif inspect.iscoroutinefunction(function):

            @wraps(function)
            async def decorated(*args: Any, **kwargs: Any) -> Any:
                with self:
                    return await function(*args, **kwargs)

        else:
            decorated = super().__call__(function)
        return decorated  # type: ignore[no-any-return]

    def __enter__(self) -> Sandbox:
        temporary = None if self._folder is not None else tempfile.mkdtemp(prefix="hyperlocal-")
        home = Path(self._folder or temporary or "") / ".hyperlocal"
        made = Sandbox(home, slots=self._slots, seed=self._seed)
        if self._train is not None:
            made.answer(self._train)
        made.open()
        self._open.append((made, temporary))
        return made

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        made, temporary = self._open.pop()
        try:
            unused = made.unused()
            made.close()
        finally:
            if temporary is not None:
                shutil.rmtree(temporary, ignore_errors=True)
        for sentence in unused if kind is None else ():
            warnings.warn(sentence, stacklevel=2)
