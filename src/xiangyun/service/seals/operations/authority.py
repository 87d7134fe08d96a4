"""Set up the certification authority: root, issuer and seal maker under SM2."""

import base64
from datetime import datetime, timedelta

from xiangyun.foundation.audit import api as audit
from xiangyun.kit.actors import Actor
from xiangyun.kit.guomi import PublicKey, Signer, sm3
from xiangyun.kit.guomi.x509 import Certificate, Name, issue_certificate, parse_certificate
from xiangyun.kit.transactions import in_one_transaction
from xiangyun.service.seals.adapters.keys import key_provider
from xiangyun.service.seals.errors import NoAuthority
from xiangyun.service.seals.models import AuthorityCertificate

Role = AuthorityCertificate.Role
DEMO_MARK = "（演示）"
_YEARS = {Role.ROOT: 20, Role.ISSUER: 15, Role.MAKER: 10}


@in_one_transaction
def make_demo_authority(*, actor: Actor, organization: str, at: datetime) -> list[Certificate]:
    """Create root, issuer and maker with demonstration keys, unless they exist; return them in this order."""
    made: dict[str, tuple[Certificate, Signer]] = {}
    titles = {Role.ROOT: "电子印章根证书", Role.ISSUER: "电子印章签发证书", Role.MAKER: "电子印章制作中心"}
    for role, title in titles.items():
        found = AuthorityCertificate.objects.filter(role=role).first()
        if found is None:
            parent = {Role.ISSUER: Role.ROOT, Role.MAKER: Role.ISSUER}.get(role)
            found = _create(role, f"{organization}{title}{DEMO_MARK}", organization, made.get(parent or ""), at)
            audit.record(
                actor=actor,
                action="seals.make_demo_authority",
                subject_type="seals.authoritycertificate",
                subject_id=found.pk,
                label=found.name,
                at=at,
            )
        made[role] = _open(found)
    return [certificate for certificate, _ in made.values()]


def open_authority(role: str) -> tuple[Certificate, Signer]:
    """Return certificate and signer of a role.

    Raises: NoAuthority.
    """
    row = AuthorityCertificate.objects.filter(role=role).first()
    if row is None:
        raise NoAuthority(role=role)
    return _open(row)


def serial_of(key: PublicKey) -> int:
    """Return a serial number of 63 bits, which a key has to itself."""
    return int.from_bytes(sm3(key.point)[:8], "big") >> 1


def _create(
    role: "AuthorityCertificate.Role",
    name: str,
    organization: str,
    parent: tuple[Certificate, Signer] | None,
    at: datetime,
) -> AuthorityCertificate:
    provider = key_provider()
    handle = provider.generate()
    signer = provider.open(handle)
    starts, ends = at - timedelta(days=1), at + timedelta(days=365 * _YEARS[role])
    certificate = issue_certificate(
        subject=Name(name, organization, province=organization[:3]),
        public_key=signer.public_key,
        signer=parent[1] if parent else signer,
        issuer=parent[0] if parent else None,
        serial=serial_of(signer.public_key),
        not_before=starts,
        not_after=ends,
        is_ca=role != Role.MAKER,
        path_length=0 if role == Role.ISSUER else None,
    )
    return AuthorityCertificate.objects.create(
        role=role,
        name=name,
        certificate=certificate,
        key_handle=base64.b64encode(handle).decode(),
        is_demo=provider.is_demonstration,
        valid_from=starts,
        valid_to=ends,
    )


def _open(row: AuthorityCertificate) -> tuple[Certificate, Signer]:
    return parse_certificate(bytes(row.certificate)), key_provider().open(base64.b64decode(row.key_handle))
