"""Chain and revocation list as anybody downloads them, judged by openssl."""

import subprocess
from pathlib import Path

import pytest
from django.test import Client

from xiangyun.kit.actors import SYSTEM
from xiangyun.kit.guomi.revocation import parse_revocation_list
from xiangyun.service.seals import api as seals
from xiangyun.service.seals.models import Seal
from xiangyun.service.seals.queries.trust import list_chain
from xiangyun.service.seals.tests.factories import AT, make_department, make_scheme

pytestmark = pytest.mark.django_db


def test_chain_is_public_and_openssl_follows_it(client: Client, tmp_path: Path) -> None:
    make_scheme()
    seals.make_seal(actor=SYSTEM, department_id=make_department().pk, at=AT)
    response = client.get("/seals/chain.pem")
    assert response.status_code == 200
    assert response.content.decode().count("BEGIN CERTIFICATE") == 3
    end = "-----END CERTIFICATE-----"
    blocks = [block + end + "\n" for block in response.content.decode().split(end)][:3]
    for name, block in zip(("root", "issuer", "maker"), blocks, strict=True):
        (tmp_path / f"{name}.pem").write_text(block)
    for trusted, leaf in (("root", "issuer"), ("issuer", "maker")):
        command = [
            "openssl", "verify", "-x509_strict", "-vfyopt", "distid:1234567812345678", "-attime",
            str(int(AT.timestamp())), "-partial_chain", "-trusted", f"{trusted}.pem", f"{leaf}.pem",
        ]  # fmt: skip
        assert b": OK" in subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout


def test_revocation_list_names_revoked_seals(client: Client) -> None:
    make_scheme()
    seal = seals.make_seal(actor=SYSTEM, department_id=make_department().pk, at=AT)
    issuer = list_chain()[1]
    assert parse_revocation_list(client.get("/seals/revoked.crl").content, issuer).revoked == {}
    seals.revoke_seal(actor=SYSTEM, seal_id=seal.id, reason="测试", at=AT)
    revoked = parse_revocation_list(client.get("/seals/revoked.crl").content, issuer).revoked
    assert set(revoked) == {int(Seal.objects.get().certificate_serial)}


def test_without_authority_the_answer_says_so(client: Client) -> None:
    response = client.get("/seals/chain.pem", headers={"accept": "application/json"})
    assert response.status_code == 409
    assert response.json()["code"] == "seals.no_authority"
