"""Users, firms and the mandates by which persons act for firms."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A natural person's account, citizen or official."""

    is_official = models.BooleanField("工作人员", default=False)
    real_name = models.CharField("姓名", max_length=50)


class Firm(models.Model):
    """A legal person or other organisation (GB 32100)."""

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=100)

    def __str__(self) -> str:
        return self.name
