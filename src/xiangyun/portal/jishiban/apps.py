"""Wiring of the hall."""

from django.apps import AppConfig


class JishibanConfig(AppConfig):
    """吉事办."""

    name = "xiangyun.portal.jishiban"
    label = "jishiban"
    verbose_name = "吉事办"
    menus = {
        "citizen": [
            ("首页", "home", "jishiban:home"),
            ("办事", "layout-grid", "jishiban:items"),
            ("我的办件", "clipboard-list", "jishiban:cases"),
            ("我的证照", "wallet", "jishiban:wallet"),
            ("我的评价", "star", "jishiban:reviews"),
        ],
        "citizen_tabs": [
            ("首页", "home", "jishiban:home"),
            ("办事", "layout-grid", "jishiban:items"),
            ("办件", "clipboard-list", "jishiban:cases"),
            ("证照", "wallet", "jishiban:wallet"),
            ("我的", "user-circle", "jishiban:me"),
        ],
        "messages": [("消息中心", "bell", "jishiban:messages")],
    }
