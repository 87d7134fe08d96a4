"""A small authority, a seal and a two-page document for the tests of this package."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from xiangyun.kit.guomi import PrivateKey
from xiangyun.kit.guomi.x509 import Certificate, Name, issue_certificate, parse_certificate
from xiangyun.kit.ofd import (
    Attachment,
    Document,
    ImageObject,
    Page,
    Position,
    SealHolder,
    Template,
    TextObject,
    TextStyle,
    Trust,
    draw_seal,
    line,
    make_seal,
    pack,
    rectangle,
    sign_ofd,
    text_box,
    write_document,
)

FROM, TO = datetime(2024, 1, 1, tzinfo=UTC), datetime(2034, 1, 1, tzinfo=UTC)
AT = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)
TITLE, RARE = "食品经营许可证", "𬭎𪚥䶮㐂"
BACKGROUND = Template(
    [rectangle(5, 5, 287, 200, (200, 150, 40), None, 0.8), TextObject(120, 30, TITLE, 9, "serif", True)]
)


@dataclass(frozen=True)
class Authority:
    root: Certificate
    ca: Certificate
    ca_key: PrivateKey
    maker: Certificate
    maker_key: PrivateKey

    @property
    def trust(self) -> Trust:
        return Trust(roots=[self.root], intermediates=[self.ca])

    def issue(self, name: str, key: PrivateKey, serial: int, until: datetime = TO) -> Certificate:
        return parse_certificate(
            issue_certificate(
                subject=Name(name, "吉林省"), public_key=key.public_key, signer=self.ca_key, issuer=self.ca,
                serial=serial, not_before=FROM, not_after=until,
            )
        )  # fmt: skip


@cache
def authority() -> Authority:
    root_key, ca_key, maker_key = (PrivateKey.generate() for _ in range(3))
    span = {"not_before": FROM, "not_after": TO}
    root = parse_certificate(
        issue_certificate(
            subject=Name("根"), public_key=root_key.public_key, signer=root_key, serial=1, is_ca=True, **span
        )
    )
    ca = parse_certificate(
        issue_certificate(
            subject=Name("签发"), public_key=ca_key.public_key, signer=root_key, issuer=root, serial=2, is_ca=True,
            path_length=0, **span,
        )
    )  # fmt: skip
    maker = parse_certificate(
        issue_certificate(
            subject=Name("制章中心"), public_key=maker_key.public_key, signer=ca_key, issuer=ca, serial=3, **span
        )
    )
    return Authority(root, ca, ca_key, maker, maker_key)


@cache
def picture() -> bytes:
    return draw_seal("长春市示例市场监督管理局", "专用章（演示）")


def new_seal(
    issuer: Authority, name: str = "长春市示例市场监督管理局", until: datetime = TO, certificate_until: datetime = TO
) -> SealHolder:
    key = PrivateKey.generate()
    certificate = issuer.issue(name, key, 100, certificate_until)
    seal = make_seal(
        code="2201040000001", name=name + "专用章", picture=picture(), width=42, height=42, holders=[certificate],
        maker=issuer.maker, maker_signer=issuer.maker_key, created=FROM, valid_from=FROM, valid_to=until,
    )  # fmt: skip
    return SealHolder.of(seal, certificate, key)


@cache
def holder() -> SealHolder:
    return new_seal(authority())


def document(name: str = "长春示例餐饮管理有限公司", number: int = 1) -> Document:
    style = TextStyle(size=5, align="justify")
    scope = "热食类食品制售，冷食类食品制售（含冷加工糕点），自制饮品制售。" * 4
    first = [
        TextObject(30, 50, f"经营者名称：{name}", 5, tag="org_name"),
        TextObject(30, 60, f"法定代表人：赵{RARE}", 5, tag="legal_rep"),
        line(30, 62, 150, 62),
        *text_box(scope, 30, 70, 150, style, tag="food_items"),
        ImageObject(240, 30, 20, 20, picture()),
    ]
    return Document(
        document_id=f"{number:032x}",
        title=TITLE,
        created_at=AT,
        pages=[Page(297, 210, first, BACKGROUND), Page(210, 297, [TextObject(20, 20, "第二页&<附页>", 4)])],
        metadata={"certificateNumber": f"JY{number:014d}", "holder": name},
        attachments=[Attachment("证照元数据.xml", f"<m>{name}</m>".encode())],
    )


@cache
def sealed() -> bytes:
    return sign_ofd(pack(write_document(document())), holder(), Position(0, 220, 150), AT + timedelta(seconds=1))
