"""Real PyTorch's operator database. Importing it needs a package that only its own tests use, for which a stand-in is enough."""

import sys
import types
import unittest
import warnings

warnings.filterwarnings("ignore")


class TestCase(unittest.TestCase):
    pass


_stub = types.ModuleType("expecttest")
_stub.TestCase = TestCase
_stub.ACCEPT = False
sys.modules.setdefault("expecttest", _stub)

from torch.testing._internal.common_methods_invocations import op_db  # noqa: E402, F401
from torch.testing._internal.common_device_type import toleranceOverride  # noqa: E402, F401
from torch.testing._internal.opinfo.core import BinaryUfuncInfo, UnaryUfuncInfo  # noqa: E402, F401
