"""Imports of the user's own modules and packages, whose files the host reads."""

import importlib.util
import sys
from importlib.abc import PathEntryFinder, SourceLoader
from importlib.machinery import ModuleSpec

from . import _files

prepare_code = None
"""Compiles a file of the user's; the runner sets it."""


def install(host):
    sys.path_hooks.insert(0, _finder)
    sys.path_importer_cache.clear()
    sys.dont_write_bytecode = True


def _finder(path):
    """A path hook: takes the folders that the host knows."""
    place = _files.outer(path)
    if _files.kind(place) != "dir":
        raise ImportError(f"not a folder of the workspace: {path}")
    return _Finder(place)


class _Finder(PathEntryFinder):
    """Finds modules in one folder. The folder is listed once: the program cannot change it."""

    def __init__(self, folder):
        self._folder = folder
        self._names = frozenset(_files.names(folder))

    def find_spec(self, fullname, target=None):
        tail = fullname.rpartition(".")[2]
        inside = f"{self._folder.rstrip('/')}/{tail}"
        if tail in self._names:
            if _files.kind(f"{inside}/__init__.py") == "file":
                return _spec(fullname, f"{inside}/__init__.py", [inside])
        if f"{tail}.py" in self._names:
            return _spec(fullname, f"{inside}.py", None)
        if tail in self._names and _files.kind(inside) == "dir":
            spec = ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = [inside]
            return spec
        return None

    def invalidate_caches(self):
        self._names = frozenset(_files.names(self._folder))


def _spec(fullname, path, locations):
    loader = _Loader(fullname, path)
    return importlib.util.spec_from_file_location(
        fullname, path, loader=loader, submodule_search_locations=locations
    )


class _Loader(SourceLoader):
    def __init__(self, fullname, path):
        self.name = fullname
        self.path = path

    def get_filename(self, fullname):
        return self.path

    def get_data(self, path):
        data = _files.read(path) if path == self.path else None
        if data is None:
            raise OSError(2, "No such file in the workspace", path)
        return data

    def source_to_code(self, data, path, *, _optimize=-1):
        return prepare_code(importlib.util.decode_source(data), path)
