"""Model fields that keep personal data encrypted: bytes in the database, text or JSON in Python, a mask on pages."""

import json
from functools import lru_cache
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.expressions import Combinable

from xiangyun.kit.privacy.keyring import Keyring, current_keyring, use_keyring
from xiangyun.kit.privacy.masks import KINDS, UnknownMask, mask


@lru_cache(maxsize=8)
def _keyring(masters: tuple[tuple[int, bytes], ...]) -> Keyring:
    return Keyring(dict(masters))


def keyring_of_settings() -> Keyring:
    """Return the keyring of `XIANGYUN_MASTER_KEY` (version 1) or, after a change of keys, `XIANGYUN_MASTER_KEYS`."""
    masters = getattr(settings, "XIANGYUN_MASTER_KEYS", None) or {1: settings.XIANGYUN_MASTER_KEY}
    return _keyring(tuple(sorted(masters.items())))


use_keyring(keyring_of_settings)


class EncryptedField(models.Field):
    """Common ground: bytea column, bound to model and field name, no search but for NULL."""

    description = "加密存储的个人信息"
    empty_strings_allowed = False
    searchable: ClassVar[frozenset[str]] = frozenset({"isnull"})

    def __init__(self, *args: Any, mask: str, **kwargs: Any) -> None:
        """Take the masking kind, so that no personal field exists without one."""
        if mask not in KINDS:
            raise UnknownMask(mask)
        self.mask = mask
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "mask": self.mask}

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_lookup(self, lookup_name: str) -> Any:
        # equal plaintexts have different ciphertexts: a comparison would silently find nothing
        return super().get_lookup(lookup_name) if lookup_name in self.searchable else None

    def masked(self, value: object) -> str:
        """Return the value as shown to those without the right to see it."""
        return mask(self.mask, value)

    @property
    def _place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def _encode(self, value: Any) -> bytes:
        raise NotImplementedError

    def _decode(self, plain: bytes) -> Any:
        raise NotImplementedError

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None or isinstance(value, Combinable):
            return value
        return current_keyring().encrypt(self._place, self._encode(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self._decode(current_keyring().decrypt(self._place, bytes(value)))


class EncryptedTextField(EncryptedField):
    """Text encrypted at rest (SM4-GCM); declare how it is masked."""

    empty_strings_allowed = True
    _pyi_private_set_type: str | Combinable
    _pyi_private_get_type: str

    def _encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise TypeError(f"{self._place}: text expected")
        return value.encode()

    def _decode(self, plain: bytes) -> str:
        return plain.decode()

    def to_python(self, value: Any) -> Any:
        return value if value is None else str(value)


class EncryptedJSONField(EncryptedField):
    """A JSON value encrypted at rest (SM4-GCM); hidden as a whole unless declared otherwise."""

    _pyi_private_set_type: Any
    _pyi_private_get_type: Any

    def __init__(self, *args: Any, mask: str = "hidden", **kwargs: Any) -> None:
        """Hide the whole value unless told otherwise: what lies inside is not known here."""
        super().__init__(*args, mask=mask, **kwargs)

    def _encode(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def _decode(self, plain: bytes) -> Any:
        return json.loads(plain)
