"""Who may do what with accounts, roles and devices."""

from accounts.models import DeviceProfile, Role
from core.policy import Rules, device, signed_in, staff

POLICY: dict[str, Rules] = {
    "me.read": (signed_in(),),
    "me.account": (signed_in(),),
    "me.data": (signed_in(),),
    "me.family": (signed_in(),),
    "device.self": (device(DeviceProfile.FRONT_DESK),),
    "device.list": (staff(Role.DEVICE_MANAGER, Role.ADMIN),),
    "device.make": (staff(Role.DEVICE_MANAGER, Role.ADMIN, municipality=None),),
    "device.revoke": (staff(Role.DEVICE_MANAGER, Role.ADMIN),),
    "staff.home": (staff(*Role.values, municipality=None),),
}
