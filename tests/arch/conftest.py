from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _load_shape() -> ModuleType:
    """`shape.py` stands beside the tests, which are no package."""
    spec = importlib.util.spec_from_file_location("arch_shape", Path(__file__).with_name("shape.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["arch_shape"] = module
    spec.loader.exec_module(module)
    return module


SHAPE = _load_shape()


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shape() -> ModuleType:
    return SHAPE


@pytest.fixture(scope="session")
def modules(shape: ModuleType) -> list:
    return shape.read_modules(ROOT / "src" / "clutch")
