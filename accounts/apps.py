from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "单位与用户"

    def ready(self) -> None:
        # services.sessions writes last_login with its `now`; Django's receiver would read the wall clock.
        user_logged_in.disconnect(dispatch_uid="update_last_login")
