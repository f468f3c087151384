"""`torch.save` and `torch.load`: a ZIP archive of a pickle and of the memory behind its tensors, byte for byte as PyTorch's.

The format is described in PyTorch's note on serialization. Files from before PyTorch 1.6, and what `pickle` makes of a storage, are read too.
"""

import io
import os
import pickle
import struct
import zipfile

from . import _bridge, _types, _utils
from ._restricted import RestrictedUnpickler
from ._tensor import _here
from .storage import TypedStorage, UntypedStorage, _wrap

__all__ = ["save", "load"]
_MAGIC = 0x1950A86A20F9469CFC6C
_NO_CUDA = (
    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only machine, "
    "please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU."
)


def save(obj, f, pickle_module=pickle, pickle_protocol=2, _use_new_zipfile_serialization=True):
    """Writes an object to a path or to a file."""
    stem = os.path.splitext(os.path.basename(os.fspath(f)))[0] if isinstance(f, (str, os.PathLike)) else "archive"
    storages, pickled = _Storages(), io.BytesIO()
    pickler = pickle_module.Pickler(pickled, protocol=pickle_protocol)
    pickler.persistent_id = storages.persistent_id
    pickler.dump(obj)
    target = open(f, "wb") if isinstance(f, (str, os.PathLike)) else f
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(f"{stem}/data.pkl", pickled.getvalue())
            for key, whole in enumerate(storages.found):
                archive.writestr(f"{stem}/data/{key}", storage_bytes(whole))
            archive.writestr(f"{stem}/version", "3\n")
    finally:
        if target is not f:
            target.close()


class _Storages:
    """The memory that a pickle refers to, each under a number."""

    def __init__(self):
        self.found = []
        self.keys = {}

    def persistent_id(self, obj):
        if not isinstance(obj, (TypedStorage, UntypedStorage)):
            return None
        whole = obj._tensor
        kind = whole.dtype if isinstance(obj, TypedStorage) else None
        place = whole.data_ptr() if len(obj) else ("empty", id(obj))
        if place not in self.keys:
            self.keys[place] = len(self.found), kind
            self.found.append(whole)
        key, before = self.keys[place]
        if None not in (kind, before) and kind is not before:
            raise RuntimeError("Cannot save multiple tensors or storages that view the same data as different types")
        return "storage", storage_class(obj), str(key), "cpu", len(obj)


def storage_class(obj):
    """`torch.FloatStorage` of float32."""
    from . import _legacy

    if isinstance(obj, UntypedStorage):
        return UntypedStorage
    return _legacy.storages[obj.dtype._name]


def storage_bytes(whole):
    return _bridge.check_value(_bridge.E.bytes(whole._h)).to_bytes() if len(whole) else b""


def load(f, map_location=None, pickle_module=None, *, weights_only=False, **pickle_load_args):
    """Reads what `save` wrote. `weights_only`: nothing but tensors and plain containers, so that no code can be run."""
    if isinstance(f, (str, os.PathLike)):
        with open(f, "rb") as opened:
            return load(opened, map_location, pickle_module, weights_only=weights_only, **pickle_load_args)
    for method in ("seek", "tell", "read"):
        if not hasattr(f, method):
            raise AttributeError(
                f"'{type(f).__name__}' object has no attribute '{method}'. You can only torch.load from a file that is seekable. Please "
                "pre-load the data into a buffer like io.BytesIO and try to load from it instead."
            )
    base = RestrictedUnpickler if weights_only else (pickle_module or pickle).Unpickler
    try:
        return _read(f, base, _Locations(map_location), pickle_load_args)
    except pickle.UnpicklingError as error:
        if not weights_only:
            raise
        raise pickle.UnpicklingError(
            "Weights only load failed. Re-running `torch.load` with `weights_only` set to `False` will likely succeed, but it can result in "
            f"arbitrary code execution.Do it only if you get the file from a trusted source. WeightsUnpickler error: {error}"
        ) from None


def _read(file, base, locations, options):
    start = file.tell()
    is_archive = file.read(4) == b"PK\x03\x04"
    file.seek(start)
    if not is_archive:
        return _read_legacy(file, base, locations, options)
    with zipfile.ZipFile(file) as archive:
        stem = archive.namelist()[0].split("/", 1)[0]
        read = {}

        def find(key, dtype, location, count):
            if key not in read:
                read[key] = locations.put(storage_of(archive.read(f"{stem}/data/{key}"), dtype), location)
            return read[key]

        return _unpickler(base, io.BytesIO(archive.read(f"{stem}/data.pkl")), find, options).load()


def _unpickler(base, file, find, options):
    class Unpickler(base):
        def persistent_load(self, saved):
            kind, storage_type, key, location, count, *_ = saved
            if kind != "storage":
                raise RuntimeError(f"Unknown typename for persistent_load, expected 'storage' but got '{kind}'")
            return find(key, _utils.storage_dtype(storage_type.__name__), location, count)

    return Unpickler(file, **options)


def storage_of(data, dtype):
    """A storage that holds these bytes."""
    if not data:
        return _wrap(TypedStorage, _bridge.Tensor().to(dtype))
    return _wrap(TypedStorage, _bridge.wrap(_bridge.check(_bridge.E.fromBytes(_here(), dtype._name, False, data))))


class _Locations:
    """`map_location`: where storages go that were saved on a device."""

    def __init__(self, given):
        self.given = given

    def put(self, storage, location):
        given = self.given
        if given is None:
            wanted = location
        elif isinstance(given, dict):
            wanted = given.get(location, location)
        elif isinstance(given, (str, _types.device)):
            wanted = str(given)
        else:
            answer = given(storage.untyped(), location)
            wanted = location if answer is None else "cpu"
        if wanted.startswith("cuda"):
            raise RuntimeError(_NO_CUDA)
        return storage


def _read_legacy(file, base, locations, options):
    """Pickles one after another: a magic number, the version, the system, the object, the keys of its storages; then their memory."""
    first = pickle.Unpickler(file, **options).load()
    if first != _MAGIC:
        raise RuntimeError("Invalid magic number; corrupt file?")
    pickle.load(file), pickle.load(file)
    made = {}

    def find(key, dtype, location, count):
        if key not in made:
            made[key] = locations.put(storage_of(bytes(count * dtype.itemsize), dtype), location)
        return made[key]

    result = _unpickler(base, file, find, options).load()
    for key in pickle.load(file):
        (count,) = struct.unpack("<q", file.read(8))
        storage = made[key]
        if count:
            storage.copy_(storage_of(file.read(count * storage.dtype.itemsize), storage.dtype))
    return result
