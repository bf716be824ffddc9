"""A token holds several scopes and always ends; a client has address ranges and a rate of its own."""

import datetime

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

import accounts.models.clients

_SETS = [
    "read",
    "report",
    "webhook",
    "read report",
    "read webhook",
    "report webhook",
    "read report webhook",
]


def scopes_of_before(apps, schema_editor):
    """Who could report could read as well; a token without an end has a year from now."""
    in_a_year = timezone.now() + datetime.timedelta(days=365)
    # Each row once: PostgreSQL checks the references of a row that is changed a second time only at the end of
    # the transaction, and alters no table before that.
    apps.get_model("accounts", "ApiToken").objects.update(
        scopes=Case(When(scope="report", then=Value("read report")), default=Value("read")),
        expires_at=Coalesce("expires_at", Value(in_a_year)),
    )


def one_scope_again(apps, schema_editor):
    apps.get_model("accounts", "ApiToken").objects.filter(scopes__contains="report").update(scope="report")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_positions_of_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="apiclient",
            name="addresses",
            field=models.TextField(blank=True, verbose_name="address ranges"),
        ),
        migrations.AddField(
            model_name="apiclient",
            name="rate",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="requests a minute"),
        ),
        migrations.AddField(
            model_name="apiclient",
            name="contact",
            field=models.EmailField(blank=True, max_length=254, verbose_name="contact"),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=models.CharField(default="read", max_length=40, verbose_name="scopes"),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="last_used_from",
            field=models.GenericIPAddressField(
                blank=True, editable=False, null=True, verbose_name="last used from"
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="replaced_by",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="replaces",
                to="accounts.apitoken",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="warned_days",
            field=models.PositiveSmallIntegerField(editable=False, null=True),
        ),
        migrations.RunPython(scopes_of_before, one_scope_again),
        migrations.RemoveField(model_name="apitoken", name="scope"),
        migrations.AlterField(
            model_name="apitoken",
            name="expires_at",
            field=models.DateTimeField(
                default=accounts.models.clients.default_end, verbose_name="expires at"
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rate__isnull", True),
                    models.Q(("rate__gte", 1), ("rate__lte", 100000)),
                    _connector="OR",
                ),
                name="apiclient_rate_in_bounds",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__in", _SETS)), name="apitoken_scopes_known"
            ),
        ),
    ]
