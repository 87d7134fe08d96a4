"""Make a department's seal: draw it, give it a key and a certificate, have the maker sign it."""

import base64
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from xiangyun.foundation.access import api as access
from xiangyun.foundation.audit import api as audit
from xiangyun.foundation.events import api as events
from xiangyun.foundation.organisations import api as organisations
from xiangyun.kit.actors import SYSTEM, Actor
from xiangyun.kit.guomi import PublicKey
from xiangyun.kit.guomi.x509 import Certificate, Name, issue_certificate, parse_certificate
from xiangyun.kit.ofd import draw_seal
from xiangyun.kit.ofd import make_seal as encode_seal
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.seals.adapters.keys import key_provider
from xiangyun.service.seals.errors import AlreadyMade, NoAuthority, NoSeal
from xiangyun.service.seals.events import SealMade
from xiangyun.service.seals.models import AuthorityCertificate, Seal, SealScheme
from xiangyun.service.seals.operations.authority import DEMO_MARK, open_authority, serial_of
from xiangyun.service.seals.queries import seals as queries
from xiangyun.service.seals.queries.seals import APPROVAL_SEAL, SealRef

DEFAULT_DIAMETER = 42
_FIRST_DEMO_SERIAL = 9_000_001  # above what public security gives out, so that no code is somebody's


@in_one_transaction
def make_seal(*, actor: Actor, department_id: int, at: datetime) -> SealRef:
    """Make the department's seal by the scheme of the pack.

    Raises: NotAllowed, AlreadyMade, NoAuthority.
    """
    department = organisations.get_department(id=department_id)
    access.require(actor, "seals.manage_seal", access.Scope.of(department))
    # one maker at a time: codes are consecutive, and two first uses must not make two seals
    scheme = SealScheme.objects.select_for_update().order_by("id").first()
    if scheme is None:
        raise NoAuthority
    if queries.find_seal(department_id=department_id) is not None:
        raise AlreadyMade(department_id=department_id)
    row = _make(department, scheme, at)
    audit.record(
        actor=actor,
        action="seals.make_seal",
        subject_type="seals.seal",
        subject_id=row.pk,
        label=row.name,
        details={"code": row.code, "kind": row.kind},
        risk="sensitive",
        at=at,
    )
    events.publish(SealMade(seal_id=row.pk, department_id=department_id, at=at))
    return queries.ref_of(row)


def get_picture(*, department_id: int, at: datetime) -> bytes:
    """Return the picture (PNG with alpha) of the seal that would be used, for papers that show it.

    Raises: NoSeal, NoAuthority.
    """
    return queries.get_seal(seal_id=usable_seal_id(department_id=department_id, at=at)).picture


def usable_seal_id(*, department_id: int, at: datetime) -> int:
    """Return the id of the department's usable seal, made on demand where the pack allows it.

    Raises: NoSeal.
    """
    known = queries.find_usable_seal_id(department_id=department_id, at=at)
    if known is not None:
        return known
    if not SealScheme.objects.filter(on_demand=True).exists():
        raise NoSeal(department_id=department_id)
    try:
        with transaction.atomic():
            return make_seal(actor=SYSTEM, department_id=department_id, at=at).id
    except AlreadyMade:
        # another process was first
        known = queries.find_usable_seal_id(department_id=department_id, at=at)
        if known is None:
            raise
        return known


def _make(department: organisations.DepartmentRef, scheme: SealScheme, at: datetime) -> Seal:
    mark = DEMO_MARK if scheme.is_demo else ""
    diameter = int(scheme.diameters.get(department.level, DEFAULT_DIAMETER))
    handle = key_provider().generate()
    seal = Seal(
        code=_next_code(department.region_code, scheme.is_demo),
        name=f"{department.name}{scheme.center_text}{mark}",
        kind=APPROVAL_SEAL,
        department_id=department.id,
        picture=draw_seal(department.name, f"{scheme.center_text}{mark}", diameter_mm=diameter),
        width_mm=diameter,
        height_mm=diameter,
        key_handle=base64.b64encode(handle).decode(),
        is_demo=key_provider().is_demonstration,
        # the clock of another machine may be a little behind; demonstration papers are sealed in the past
        valid_from=min(at - timedelta(minutes=5), scheme.since or at),
        valid_to=at + timedelta(days=365 * scheme.valid_years),
        made_at=at,
    )
    owner = Name(f"{department.name}{mark}", department.name, unit=department.code)
    certificate = _certify(owner, key_provider().open(handle).public_key, seal)
    seal.certificate, seal.certificate_serial = certificate.der, str(certificate.serial)
    seal.data = _encode(seal, certificate)
    seal.save(force_insert=True)
    return seal


def _certify(owner: Name, key: PublicKey, seal: Seal) -> Certificate:
    """Issue the certificate of the seal's key, good as long as the seal."""
    issuer, signer = open_authority(AuthorityCertificate.Role.ISSUER)
    der = issue_certificate(
        subject=owner,
        public_key=key,
        signer=signer,
        issuer=issuer,
        serial=serial_of(key),
        not_before=seal.valid_from,
        not_after=seal.valid_to,
    )
    return parse_certificate(der)


def _encode(seal: Seal, holder: Certificate) -> bytes:
    """Have the maker sign the seal's data (GB/T 38540)."""
    maker, signer = open_authority(AuthorityCertificate.Role.MAKER)
    return encode_seal(
        code=seal.code,
        name=seal.name,
        picture=bytes(seal.picture),
        width=seal.width_mm,
        height=seal.height_mm,
        holders=[holder],
        maker=maker,
        maker_signer=signer,
        created=seal.valid_from,
        valid_from=seal.valid_from,
        valid_to=seal.valid_to,
    )


def _next_code(region_code: str, is_demo: bool) -> str:
    """Return region (6) and serial (7), consecutive within the region."""
    region = region_code[:6]
    last = Seal.objects.filter(code__startswith=region).aggregate(last=Max("code"))["last"]
    serial = int(last[6:]) + 1 if last else (_FIRST_DEMO_SERIAL if is_demo else 1)
    return f"{region}{serial:07d}"
