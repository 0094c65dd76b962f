"""Forms of the account's pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import OrganisationRole
from web.forms.staff import JapaneseDateField


class CodeForm(forms.Form):
    """A code from a mail or from an authenticator app."""

    code = forms.CharField(label=_("コード"), max_length=20)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["code"].widget.attrs |= {"autocomplete": "one-time-code", "class": "is-code"}


class ChildForm(forms.Form):
    """A child that a guardian adds by their own word."""

    name = forms.CharField(label=_("子どもの名前"), max_length=60)
    birth_date = JapaneseDateField(label=_("生まれた日"))


class WaysForm(forms.Form):
    """How somebody wants to hear of news."""

    mail = forms.BooleanField(label=_("メールで受け取る"), required=False)
    line = forms.BooleanField(label=_("LINEで受け取る"), required=False)
    web_push = forms.BooleanField(label=_("電話の画面に出す"), required=False)
    letter = forms.BooleanField(
        label=_("手紙で受け取る"),
        required=False,
        help_text=_("本人確認をした住所に送ります。何日かかかります。"),
    )

    def __init__(self, *args: object, has_line: bool, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        if not has_line:
            self.fields["line"].help_text = _("先に「ログインの方法」で、LINEをつないでください。")


class MemberForm(forms.Form):
    """Whom an owner lets work in the organisation, and as what."""

    email = forms.EmailField()
    role = forms.ChoiceField(choices=OrganisationRole.choices)


class PinForm(forms.Form):
    """A clerk's name and PIN, typed by the clerk: the owner need not know it."""

    name = forms.CharField(label=_("レジに出る名前"), max_length=30)
    pin = forms.CharField(label=_("PIN（6けたの数字）"), max_length=20)
    again = forms.CharField(label=_("PINをもう一度"), max_length=20)

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        for name in ("pin", "again"):
            self.fields[name].widget = forms.PasswordInput(
                attrs={"inputmode": "numeric", "autocomplete": "off", "class": "is-code"}
            )

    def clean(self) -> None:
        """Both PINs must be one: nobody can read what was typed."""
        super().clean()
        typed = self.cleaned_data
        if "pin" in typed and "again" in typed and typed["pin"] != typed["again"]:
            self.add_error("again", _("上のPINとちがいます。もう一度入れてください"))
