"""Wiring of accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """统一身份认证."""

    name = "xiangyun.foundation.accounts"
    label = "accounts"
    verbose_name = "统一身份认证"
    pack_files = [
        ("demo/subjects.yaml", "xiangyun.foundation.accounts.packs.load_subjects"),
        ("demo/officials.yaml", "xiangyun.foundation.accounts.packs.load_officials"),
    ]
    menus = {
        "account": [
            ("我的账号", "user-circle", "accounts:me"),
            ("办事身份与授权", "users", "accounts:mandates"),
        ]
    }
    audited = {
        "login": "登录",
        "logout": "退出登录",
        "login_failed": "登录失败",
        "register_person": "注册账号",
        "create_person": "代为建立账号",
        "confirm_identity": "实名认证",
        "change_contact": "变更联系方式",
        "reset_password": "重置密码",
        "create_official": "建立工作人员账号",
        "close_official": "停用工作人员账号",
        "create_firm": "建立法人账号",
        "give_mandate": "授权他人办事",
        "revoke_mandate": "收回办事授权",
        "switch_subject": "切换办事身份",
        "unmask": "查看完整个人信息",
        "import_subjects": "装载自然人和法人",
        "import_officials": "装载工作人员",
    }
