"""HTML input of account pages."""

from typing import Any, ClassVar

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as second_factor_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.utils import timezone

from xiangyun.foundation.accounts.queries.people import username_for_login
from xiangyun.kit.codes import check_bank_card, check_citizen_id, check_mobile
from xiangyun.kit.errors import DomainError

_RULE = "至少8位，含大写字母、小写字母、数字、符号中的三种"


class _PlainForm(forms.Form):
    """A form in plain words: what the library calls a field and says of it gives way to `words` (label, hint)."""

    words: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Put the words in place and say of each empty field what to do."""
        super().__init__(*args, **kwargs)
        for name, (label, hint) in self.words.items():
            self.fields[name].label, self.fields[name].help_text = label, hint
            self.fields[name].widget.attrs["placeholder"] = ""
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                verb = "请选择" if isinstance(field, forms.ChoiceField) else "请填写"
                field.error_messages["required"] = f"{verb}{field.label}。"


class LoginForm(_PlainForm, account_forms.LoginForm):
    """Login by user name or mobile; both count as one account for the lock after wrong passwords."""

    words: ClassVar = {"login": ("用户名或手机号", ""), "password": ("密码", "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the browser fill in the name as it is."""
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs.update({"autocomplete": "username", "autocapitalize": "none"})

    def user_credentials(self) -> dict[str, Any]:
        """Put the account's user name in the place of a mobile number."""
        return {
            "username": username_for_login(self.cleaned_data["login"]),
            "password": self.cleaned_data["password"],
        }


class ReauthenticateForm(_PlainForm, account_forms.ReauthenticateForm):
    """The password once more before what is private."""

    words: ClassVar = {"password": ("密码", "")}


class ChangePasswordForm(_PlainForm, account_forms.ChangePasswordForm):
    """A new password by whoever knows the old one."""

    words: ClassVar = {
        "oldpassword": ("当前密码", ""),
        "password1": ("新密码", _RULE),
        "password2": ("新密码（再输一次）", ""),
    }


class _CodeForm(_PlainForm):
    words: ClassVar = {"code": ("动态码", "")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs.update({"inputmode": "numeric", "autocomplete": "one-time-code"})


class SecondFactorForm(_CodeForm, second_factor_forms.AuthenticateForm):
    """The second step of a login."""

    words: ClassVar = {"code": ("动态码或备用码", "")}


class SecondFactorAgainForm(_CodeForm, second_factor_forms.ReauthenticateForm):
    """The second factor once more before what is private."""

    words: ClassVar = {"code": ("动态码或备用码", "")}


class ActivateSecondFactorForm(_CodeForm, totp_forms.ActivateTOTPForm):
    """The first code proves that the app on the phone holds the key."""


class _RefusingForm(_PlainForm):
    """A form that can show the refusal of an operation beside the field it speaks of."""

    def add_refusal(self, refusal: DomainError) -> None:
        """Show each sentence at its field, the rest above the form."""
        placed = False
        for name, text in refusal.details.items():
            if name in self.fields and isinstance(text, str):
                self.add_error(name, text)
                placed = True
        if not placed:
            self.add_error(None, refusal.text)


def _checked(check: Any, value: str, **options: Any) -> str:
    try:
        return str(check(value, **options))
    except DomainError as refusal:
        raise forms.ValidationError(refusal.text) from refusal


class IdentityForm(_RefusingForm):
    """Name and number as on the id card."""

    real_name = forms.CharField(
        label="姓名", max_length=50, help_text="与身份证一致", widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    citizen_id = forms.CharField(
        label="身份证号码",
        max_length=20,
        help_text="18位，末位可以是X",
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-check": "citizen_id"}),
    )

    def clean_citizen_id(self) -> str:
        """Check shape, birth date and check digit."""
        return _checked(check_citizen_id, self.cleaned_data["citizen_id"], on=timezone.localdate())


class RegisterForm(IdentityForm):
    """A citizen's registration."""

    mobile = forms.CharField(
        label="手机号",
        max_length=16,
        help_text="用于登录和接收通知",
        widget=forms.TextInput(
            attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel", "data-check": "mobile"}
        ),
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        help_text=_RULE,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label="密码（再输一次）",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    agreed = forms.BooleanField(
        label="我已阅读并同意：为核实身份和办理事项，平台依法处理我填写的姓名、身份证号和手机号",
        error_messages={"required": "请阅读并勾选后再注册。"},
    )

    def clean_mobile(self) -> str:
        """Check the shape of the number."""
        return _checked(check_mobile, self.cleaned_data["mobile"])

    def clean(self) -> dict[str, Any]:
        """Compare both passwords."""
        data = super().clean() or {}
        if data.get("password") and data.get("password_again") and data["password"] != data["password_again"]:
            self.add_error("password_again", "两次输入的密码不一致，请重新输入。")
        return data


class ContactForm(_RefusingForm):
    """What a person may change of themselves."""

    residence_address = forms.CharField(
        label="现住址",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    bank_name = forms.CharField(label="开户银行", max_length=60, required=False)
    bank_account = forms.CharField(
        label="银行账号",
        max_length=30,
        required=False,
        help_text="用于发放补贴、津贴，请填写本人账户",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "data-check": "bank_card"}),
    )

    def clean_bank_account(self) -> str:
        """Check length and check digit."""
        value = self.cleaned_data["bank_account"]
        return _checked(check_bank_card, value) if value else ""


class MandateForm(_RefusingForm):
    """A mandate: whom, for what, until when."""

    firm = forms.TypedChoiceField(label="授权单位", coerce=int)
    person_name = forms.CharField(label="经办人姓名", max_length=50)
    person_mobile = forms.CharField(
        label="经办人手机号",
        max_length=16,
        help_text="对方需已注册并完成实名认证",
        widget=forms.TextInput(attrs={"inputmode": "tel", "type": "tel", "data-check": "mobile"}),
    )
    scope = forms.CharField(label="授权范围", max_length=200, initial="代为办理政务服务事项")
    valid_from = forms.DateField(label="起始日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    valid_to = forms.DateField(
        label="截止日期",
        help_text="最长三年",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, firms: list[tuple[int, str]], **kwargs: Any) -> None:
        """Offer the firms that the person leads."""
        super().__init__(*args, **kwargs)
        self.fields["firm"].choices = firms  # type: ignore[attr-defined]

    def clean_person_mobile(self) -> str:
        """Check the shape of the number."""
        return _checked(check_mobile, self.cleaned_data["person_mobile"])


class ResetPasswordForm(_RefusingForm):
    """Whose password is set anew, and on what proof."""

    who = forms.CharField(
        label="身份证号或用户名", max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    reason = forms.CharField(label="核对方式", max_length=200, initial="本人到场，已核对身份证原件")


class PasswordRule:
    """Password rule: eight characters of three of the classes capitals, small letters, digits, signs (等级保护 practice)."""

    text = f"密码应{_RULE}。"

    def validate(self, password: str, user: object = None) -> None:
        """Refuse a password that is shorter or of fewer classes.

        Raises: django ValidationError.
        """
        tests = (str.isupper, str.islower, str.isdigit, lambda char: not char.isalnum())
        if len(password) < 8 or sum(any(test(char) for char in password) for test in tests) < 3:
            raise forms.ValidationError(self.text, code="password_rule")

    def get_help_text(self) -> str:
        """Return the rule for the hint of the field."""
        return self.text
