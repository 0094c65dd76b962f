"""Forms of the holder."""

from django import forms
from django.utils.translation import gettext_lazy as _

from web.forms.staff import JapaneseDateField


class LinkForm(forms.Form):
    """The letter's reference and secret, and the birth date in the handbook."""

    reference = forms.CharField(
        label=_("受付番号"), help_text=_("手紙に書いてあります。例: ABCD-EFGH"), max_length=20
    )
    secret = forms.CharField(
        label=_("ひみつの番号"), help_text=_("手紙に書いてあります。10文字です。"), max_length=40
    )
    birth_date = JapaneseDateField(
        label=_("手帳の人の生まれた日"), help_text=_("例: 1960年4月1日 か 昭和35年4月1日")
    )
    whose = forms.ChoiceField(
        label=_("だれの手帳ですか"),
        choices=[("own", _("自分の手帳")), ("child", _("18歳より小さい、わたしの子どもの手帳"))],
        widget=forms.RadioSelect,
        initial="own",
    )
