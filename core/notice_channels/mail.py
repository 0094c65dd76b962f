"""A notice as a mail."""

from django.core.mail import EmailMessage

from core.notice_channels import Address, DeliveryFailed, Message


def send(message: Message, address: Address) -> None:
    """Send a mail; the same id at each try lets a mailbox fold doubles."""
    mail = EmailMessage(
        message.subject,
        f"{message.body}\n\n{message.link}\n",
        to=[address.values["email"]],
        headers={"Message-ID": f"<{message.key}@notices>"},
    )
    try:
        mail.send()
    except OSError as cause:  # smtplib's errors are among them
        raise DeliveryFailed("mail-server") from cause
