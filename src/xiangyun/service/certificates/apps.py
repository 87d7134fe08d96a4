"""Wiring of certificates."""

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    """电子证照."""

    name = "xiangyun.service.certificates"
    label = "certificates"
    verbose_name = "电子证照"
    pack_files = [
        ("certificate_types.yaml", "xiangyun.service.certificates.packs.load_types", ["certificate_faces.yaml"]),
        ("certificate_faces.yaml", "xiangyun.service.certificates.packs.load_faces"),
        ("demo/certificates.yaml", "xiangyun.service.certificates.packs.load_demo", ["demo/subjects.yaml"]),
    ]
    audited = {
        "issue_certificate": "制发证照",
        "consume": "用证",
        "withhold": "暂扣",
        "release": "发还",
        "cancel": "注销",
        "revoke": "撤销",
        "strip": "吊销",
    }
