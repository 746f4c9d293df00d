from allauth.mfa.adapter import DefaultMFAAdapter

from common.keys import ring

CONTEXT = "accounts.second_factor"


class Adapter(DefaultMFAAdapter):
    """Seeds of codes are sealed under the installation's key ring; apps and devices show the house's name."""

    def encrypt(self, text: str) -> str:
        return ring.wrap(text.encode(), CONTEXT)

    def decrypt(self, encrypted_text: str) -> str:
        return ring.unwrap(encrypted_text, CONTEXT).decode()

    def _get_site_name(self) -> str:
        return "Kozot"

    def send_notification_mail(self, *args, **kwargs) -> None:
        """The journal and the person's own page tell of it."""
