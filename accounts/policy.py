"""Who may do what with accounts, roles and devices."""

from accounts.models import DeviceProfile, OrganisationRole, Role
from accounts.shielding import by_no_party
from core.policy import Rules, device, member, signed_in, staff

OWNERS = (OrganisationRole.SHOP_OWNER, OrganisationRole.NURSERY_OWNER)
PEOPLE_STAFF = (Role.COUNTER, Role.CARD_CLERK, Role.ADMIN)

POLICY: dict[str, Rules] = {
    "me.read": (signed_in(),),
    "me.account": (signed_in(),),
    "me.data": (signed_in(),),
    "me.family": (signed_in(),),
    "me.notices": (signed_in(),),
    "device.self": tuple(device(profile) for profile in DeviceProfile.values),
    "device.clerk": (device(DeviceProfile.TILL), device(DeviceProfile.LODGING_DESK)),
    "organisation.member.list": (member(*OWNERS, place="place_id"),),
    # Whoever owns one place alone gives no role in the whole organisation.
    "organisation.member.add": (member(*OWNERS, place="pk", organisation="pk"),),
    "organisation.member.pin": (member(OrganisationRole.SHOP_OWNER, place="place_id"),),
    "organisation.member.end": (member(*OWNERS, place="place_id"),),
    "device.list": (staff(Role.DEVICE_MANAGER, Role.ADMIN),),
    "device.make": (staff(Role.DEVICE_MANAGER, Role.ADMIN, municipality=None),),
    "device.revoke": (staff(Role.DEVICE_MANAGER, Role.ADMIN),),
    "staff.person.search": (staff(*PEOPLE_STAFF, municipality=None),),
    "staff.person.register": (staff(*PEOPLE_STAFF, municipality=None),),
    "staff.person.read": (staff(*PEOPLE_STAFF),),
    "staff.counter": (staff(Role.COUNTER, Role.CARD_CLERK, Role.ADMIN),),
    "staff.user.lock": (staff(Role.ADMIN, Role.COUNTER),),
    "staff.user.recover": (staff(Role.ADMIN, Role.COUNTER),),
    "staff.person.merge": (staff(Role.ADMIN, Role.COUNTER),),
    "staff.person.protect": (staff(Role.ADMIN, Role.COUNTER),),
    "staff.protection.list": (staff(Role.ADMIN, Role.COUNTER),),
    "staff.protection.lift": (
        by_no_party(staff(Role.ADMIN, Role.COUNTER, municipality="person__municipality")),
    ),
    "staff.protection.decide": (by_no_party(staff(Role.ADMIN, Role.COUNTER), "block__"),),
    "staff.user.recovery.list": (staff(Role.ADMIN, Role.COUNTER),),
    "staff.role.list": (staff(Role.ADMIN, Role.AUDITOR),),
    "staff.role.give": (staff(Role.ADMIN),),
    "staff.role.end": (staff(Role.ADMIN),),
    "staff.home": (staff(*Role.values, municipality=None),),
}
