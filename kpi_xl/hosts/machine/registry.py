"""The Windows registry, read only: nothing of ours is ever written there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

Value = str | int | bytes | None
T = TypeVar("T")


class Registry(Protocol):
    """Where Windows and Office keep their settings; keys are written ``HKCU\\Software\\...``."""

    def values(self, key: str) -> Mapping[str, Value]:
        """Every value of a key by name; the unnamed one is ``""``; nothing when the key is absent."""
        ...

    def subkeys(self, key: str) -> tuple[str, ...]:
        """Names of the keys below a key."""
        ...


@dataclass(frozen=True, slots=True)
class WrittenRegistry:
    """A registry written down: what a test, or a machine without one, holds."""

    keys: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)

    def values(self, key: str) -> Mapping[str, Value]:
        """Every value of a key by name."""
        return next((values for name, values in self.keys.items() if name.casefold() == key.casefold()), {})

    def subkeys(self, key: str) -> tuple[str, ...]:
        """Names of the keys below a key."""
        start = key.casefold() + "\\"
        below = (name[len(start) :] for name in self.keys if name.casefold().startswith(start))
        return tuple(dict.fromkeys(rest.partition("\\")[0] for rest in below))


NO_REGISTRY = WrittenRegistry()


def value(registry: Registry, key: str, name: str = "") -> Value:
    """One value of a key, its name in any case; None when it is absent.

    >>> value(WrittenRegistry({"HKCU\\\\Software\\\\A": {"Bits": 64}}), "HKCU\\\\Software\\\\A", "bits")
    64
    """
    return next((each for found, each in registry.values(key).items() if found.casefold() == name.casefold()), None)


def text(registry: Registry, key: str, name: str = "") -> str:
    """One value of a key as text; empty when it is absent or no text."""
    found = value(registry, key, name)
    return found if isinstance(found, str) else ""


if sys.platform == "win32":
    import winreg
    from itertools import count

    VIEWS = (winreg.KEY_WOW64_32KEY, winreg.KEY_WOW64_64KEY)
    HIVES = {
        "HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCR": winreg.HKEY_CLASSES_ROOT,
    }  # fmt: skip

    class _LiveRegistry:
        """Both views of it: a 32-bit Python would otherwise not see what a 64-bit Office wrote."""

        def values(self, key: str) -> Mapping[str, Value]:
            found: dict[str, Value] = {}
            for view in VIEWS:
                found |= {name: each for name, each, _ in _listed(key, view, winreg.EnumValue)}
            return found

        def subkeys(self, key: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(name for view in VIEWS for name in _listed(key, view, winreg.EnumKey)))

    def _listed(key: str, view: int, nth: Callable[[winreg.HKEYType, int], T]) -> Iterator[T]:
        """What stands below a key in one view, until Windows says that there is no more."""
        hive, _, path = key.partition("\\")
        try:
            with winreg.OpenKey(HIVES[hive], path, 0, winreg.KEY_READ | view) as opened:
                for index in count():
                    yield nth(opened, index)
        except OSError:
            return

    def windows_registry() -> Registry:
        """The registry of the Windows we run on."""
        return _LiveRegistry()

else:

    def windows_registry() -> Registry:
        """No registry: this is not Windows."""
        return NO_REGISTRY
