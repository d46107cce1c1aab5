"""Forms: logging in, changing the password, keeping accounts, looking through the trail."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_cool_off, get_failure_limit
from django import forms
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.crypto import get_random_string

from accounts.models import Role, User
from accounts.services import users

PASSWORD_LENGTH = 128
# Without letters and digits that look alike on a note.
READABLE = "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679"


class LoginForm(auth_forms.AuthenticationForm):
    """User name and password; a refusal says how many tries are left, whether or not the name exists."""

    username = auth_forms.UsernameField(
        label="用户名",
        max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username"}),
    )
    password = forms.CharField(
        label="密码",
        max_length=PASSWORD_LENGTH,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def get_invalid_login_error(self) -> ValidationError:
        return ValidationError(f"用户名或密码不对。{self._tries_left()}", code="invalid_login")

    def _tries_left(self) -> str:
        credentials = {"username": self.cleaned_data.get("username")}
        failures = AxesProxyHandler.get_failures(self.request, credentials)
        left = get_failure_limit(self.request, credentials) - failures
        cool_off = get_cool_off(self.request)
        minutes = int(cool_off.total_seconds()) // 60 if cool_off else 0
        return f"还可以再试 {left} 次，之后暂停登录 {minutes} 分钟。" if left > 0 else ""


class PasswordChangeForm(auth_forms.PasswordChangeForm):
    """The present password once, the new one twice; the new one must differ."""

    error_messages = auth_forms.PasswordChangeForm.error_messages | {
        "password_incorrect": "现在的密码不对，请重新输入。",
        "password_mismatch": "两次输入的新密码不一样。",
    }

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["old_password"].label = "现在的密码"
        self.fields["new_password1"].label = "新密码"
        self.fields["new_password2"].label = "再输一次新密码"
        self.fields["new_password2"].help_text = ""
        for field in self.fields.values():
            field.max_length = PASSWORD_LENGTH
            field.validators.append(forms.fields.validators.MaxLengthValidator(PASSWORD_LENGTH))

    def clean_new_password1(self) -> str:
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise ValidationError("新密码不能与现在的密码相同。")
        return password


class AccountForm(forms.ModelForm):
    """What both forms of the back office share: roles as check boxes, and the rules asked before saving."""

    actor: User  # set by the admin page
    roles = forms.MultipleChoiceField(
        label="角色", choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ["username", "name", "organisation", "roles", "email", "is_active"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "organisation" in data and "roles" in data:
            self._check(data)
        self._check_password(data.get("temporary_password", ""))
        return data

    def _check(self, data: dict[str, Any]) -> None:
        try:
            users.account_check(
                actor=self.actor,
                user=User.objects.get(pk=self.instance.pk) if self.instance.pk else None,
                organisation=data["organisation"],
                roles=data["roles"],
                is_active=data["is_active"],
            )
        except ValidationError as refusal:
            self.add_error(None, refusal)

    def _check_password(self, password: str) -> None:
        try:
            if password and self.instance.pk == self.actor.pk:
                raise ValidationError(users.OWN_PASSWORD)
            if password:
                validate_password(password, self.instance)
        except ValidationError as refusal:
            self.add_error("temporary_password", refusal)


def suggested_password() -> str:
    """A password that can be read out over the telephone; it serves once."""
    return get_random_string(12, READABLE)


class UserCreateForm(AccountForm):
    temporary_password = forms.CharField(
        label="初始密码",
        max_length=PASSWORD_LENGTH,
        strip=False,
        initial=suggested_password,
        help_text="请抄下交给本人，保存后不再显示；本人第一次登录时必须改掉。",
    )


class UserChangeForm(AccountForm):
    temporary_password = forms.CharField(
        label="重设密码",
        max_length=PASSWORD_LENGTH,
        strip=False,
        required=False,
        help_text="忘记密码时填写一个新的初始密码，本人下次登录时必须改掉；不重设就留空。",
    )

    class Meta(AccountForm.Meta):
        fields = ["name", "organisation", "roles", "email", "is_active"]


class AuditFilterForm(forms.Form):
    """Person, operation, subject and days; a field that cannot be read does not narrow the list."""

    person = forms.CharField(label="人员", max_length=40, required=False)
    action = forms.CharField(label="操作", max_length=40, required=False)
    subject = forms.CharField(label="对象", max_length=60, required=False)
    since = forms.DateField(label="从", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="到", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def conditions(self) -> dict[str, Any]:
        """What `AuditEventQuerySet.matching` takes."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value}
