"""Every address of the portal."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from config.health import healthz

# The admin's own form does not count attempts; this sends people to the portal's sign-in page.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    path("", include("accounts.urls")),
    path("", include("accounts.hook_urls")),
    path("", include("indicators.urls")),
    path("", include("events.urls")),
    path("", include("events.campaign_urls")),
    path("", include("dashboard.urls")),
    path("", include("dashboard.task_pages.urls")),
]

# Programs are told in the API's own shape what people read on a page.
handler400 = "config.api_errors.bad_request"
handler403 = "config.api_errors.permission_denied"
handler404 = "config.api_errors.not_found"
handler500 = "config.api_errors.server_error"
