from common import row_security

row_security.setting("kozot.person", lambda user: [user.pk])
