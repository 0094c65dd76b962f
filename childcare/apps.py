from django.apps import AppConfig


class ChildcareConfig(AppConfig):
    name = "childcare"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.merging import when_merged
        from accounts.proofs import when_proved
        from childcare.applying.household_linking import link_proven_households
        from childcare.applying.own_data import (
            applications_hold,
            erase_applications,
            export_applications,
            move_households,
        )
        from childcare.policy import POLICY
        from childcare.retention import forget_old_applications
        from childcare.visits import erase_bookings, export_bookings, forget_old_bookings
        from core import privacy
        from core.nightly import NightlyWork, every_night
        from core.policy import register
        from core.refusals import gettext_noop as _

        register(POLICY)
        privacy.register(
            privacy.Holding(
                name="childcare-applications",
                title=_("保育園の申しこみ"),
                export=export_applications,
                holds=applications_hold,
                erase=erase_applications,
            )
        )
        privacy.register(
            privacy.Holding(
                name="nursery-visits",
                title=_("保育園の見学"),
                export=export_bookings,
                holds=privacy.nothing_holds,
                erase=erase_bookings,
            )
        )
        when_merged(move_households)
        when_proved(
            link_proven_households,
            found=_("紙で出した保育園の申しこみが見つかり、ここで見られるようにしました。"),
        )
        every_night(
            NightlyWork(
                name="nursery-visits",
                what="Erase the families of visits that ended 90 days ago.",
                run=lambda now: {"erased": forget_old_bookings(now=now)},
            )
        )
        every_night(
            NightlyWork(
                name="nursery-applications",
                what="Forget families and drafts whose retention period (保存年限) is over.",
                run=lambda now: forget_old_applications(now=now),
            )
        )
