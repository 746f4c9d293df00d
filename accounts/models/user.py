import uuid
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import DESK_ROLES, Role
from common import clock
from common.enums import Language
from common.ids import new_id


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **values) -> "User":
        user = self.model(email=email.strip().lower(), **values)
        user.set_password(password)
        user.save()
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. There is no superuser: what one may do stands in the permission table."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail"), unique=True)
    full_name = models.CharField(pgettext_lazy("person", "name"), max_length=200)
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.KY)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("recorded"), default=clock.now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name

    @cached_property
    def valid_memberships(self) -> list:
        """Memberships that count today, one's own and those one stands in for, in one query for each request."""
        from .deputy import Deputy
        from .membership import Membership

        today = clock.today()
        standing = Deputy.objects.standing_on(today).filter(deputy=self).values("membership")
        return list(
            Membership.objects.valid_on(today)
            .filter(models.Q(user=self) | models.Q(pk__in=standing))
            .select_related("organisation")
        )

    @property
    def roles(self) -> set[str]:
        return {membership.role for membership in self.valid_memberships}

    def organisation_ids(self, *roles: Role) -> list[uuid.UUID]:
        return [
            m.organisation_id
            for m in self.valid_memberships
            if m.organisation_id and (not roles or m.role in roles)
        ]

    # What Django's admin asks; the answers come from the permission table.
    is_superuser = False

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & DESK_ROLES)

    def has_perm(self, action: str, obj: models.Model | None = None) -> bool:
        from accounts import access

        return self.is_active and access.permits(self, action, obj)

    def has_perms(self, actions, obj=None) -> bool:
        return all(self.has_perm(action, obj) for action in actions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name
