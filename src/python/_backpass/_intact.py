"""Puts the modules that the report needs back as they were, whatever the program did to them."""

import builtins
import codecs
import io
import json
import json.encoder
import linecache
import os
import traceback

_modules = (builtins, traceback, linecache, json, json.encoder, os, codecs, io)
_kept = []
_dict_update = dict.update
_vars = vars


def remember():
    """Called before the program starts, when these modules are as the program will find them."""
    _kept[:] = [(_vars(module), dict(_vars(module))) for module in _modules]


def restore():
    """Called when the program has ended: nothing of it runs any more but what it left for the exit."""
    for namespace, kept in _kept:
        _dict_update(namespace, kept)
