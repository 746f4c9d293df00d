from django.contrib.auth.backends import BaseBackend

from .models import User


class TableBackend(BaseBackend):
    """Password sign-in; permissions are the table's, not Django's."""

    def authenticate(self, request, username=None, password=None, email=None, **kwargs):
        try:
            user = User.objects.get_by_natural_key(email or username or "")
        except User.DoesNotExist:
            User().set_password(password)  # the same time whether the account exists or not
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id):
        user = User.objects.filter(pk=user_id).first()
        return user if user and user.is_active else None
