"""`NamedTuple`, the base of values: for type checkers that of `typing`, at run time one whose classes are made faster.

`typing.NamedTuple` compiles each annotation and makes each class twice: 100 to 250 microseconds a class, and a warm
lock defines 80 of them, a sync 100. Made like this they take a third: 11 ms of 92 in a warm lock of a small project.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from operator import itemgetter

    try:
        from _collections import _tuplegetter as _field
    except ImportError:  # not CPython

        def _field(at, doc):
            return property(itemgetter(at), doc=doc)

    def _make(cls, values):
        """An instance of the values in a row."""
        return cls(*values)

    def _replace(self, /, **changes):
        """A copy with some fields changed."""
        unknown = changes.keys() - set(self._fields)
        if unknown:
            raise ValueError(f"{type(self).__name__} has no fields {sorted(unknown)}")
        return tuple.__new__(type(self), [changes.get(name, was) for name, was in zip(self._fields, self, strict=True)])

    def _asdict(self):
        """Field name to value."""
        return dict(zip(self._fields, self, strict=True))

    def _repr(self):
        fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
        return f"{type(self).__name__}({fields})"

    def _values(self):
        return tuple(self)

    _SHARED = {
        "__slots__": (),
        "_make": classmethod(_make),
        "_replace": _replace,
        "_asdict": _asdict,
        "__repr__": _repr,
        "__getnewargs__": _values,
    }

    class _Maker(type):
        """Turns the body of a class into a subclass of `tuple` that has no metaclass."""

        def __new__(cls, name, bases, members):
            if len(bases) != 1:
                raise TypeError("`NamedTuple` stands alone as a base")
            fields = tuple(members.get("__annotations__", ()))
            defaults = {field: members[field] for field in fields if field in members}
            row = "".join(f"{field}, " for field in fields)
            new = eval(f"lambda cls, {row}: new(cls, ({row}))", {"new": tuple.__new__})
            new.__name__, new.__qualname__ = "__new__", f"{name}.__new__"
            new.__defaults__ = tuple(defaults.values())
            made = {**_SHARED, **members, "__new__": new, "_fields": fields, "__match_args__": fields}
            made["_field_defaults"] = defaults
            made.update((field, _field(at, None)) for at, field in enumerate(fields))
            return type(name, (tuple,), made)

    NamedTuple = type.__new__(_Maker, "NamedTuple", (), {})
