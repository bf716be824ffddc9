"""Make, list and revoke API clients: `api_client create NAME --scope read`, `list`, `revoke NAME`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import create_client, issue_token, revoke_token
from accounts.models import ApiClient, ApiToken
from accounts.models.clients import Scope
from provinces.models import Unit


def days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 3650:
        raise ArgumentTypeError("must be a whole number of days from 1 to 3650")
    return int(text)


class Command(BaseCommand):
    help = "Make, list and revoke API clients. A token is printed once, when it is made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="make a client, or a further token of one, and print it")
        create.add_argument("name")
        create.add_argument("--scope", choices=Scope.values, required=True)
        create.add_argument("--expires", type=days, metavar="DAYS", help="never, unless given")
        create.add_argument("--unit", metavar="REF", help="reads for this unit; the nation unless given")
        verbs.add_parser("list", help="one token a line, none in clear")
        revoke = verbs.add_parser("revoke", help="revoke the tokens of a client")
        revoke.add_argument("name")
        revoke.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["verb"])(options)

    def create(self, options: dict[str, Any]) -> None:
        client = self.client(options["name"].strip(), options["unit"])
        expires_at = timezone.now() + timedelta(days=options["expires"]) if options["expires"] else None
        self.stdout.write(issue_token(client=client, scope=options["scope"], expires_at=expires_at))

    def client(self, name: str, ref: str | None) -> ApiClient:
        if not name or len(name) > 100:
            raise CommandError("the name must have 1 to 100 characters")
        known = ApiClient.objects.select_related("unit").filter(name=name).first()
        if known is not None:
            if ref not in (None, known.unit.ref):
                raise CommandError(f"{name} exists and reads for {known.unit.ref}; choose another name")
            return known
        unit = Unit.objects.filter(**({"ref": ref} if ref else {"tier": "nation"})).first()
        if unit is None:
            raise CommandError(
                f"there is no unit {ref}" if ref else "there are no units yet; load the reference data first"
            )
        return create_client(name=name, unit=unit)

    def list(self, options: dict[str, Any]) -> None:
        tokens = ApiToken.objects.select_related("client__unit").order_by("client__name", "pk")
        for token in tokens:
            until = f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "no end"
            state = "revoked" if token.revoked_at else until if token.client.is_active else "client inactive"
            self.stdout.write(
                "\t".join([token.client.name, token.client.unit.ref, f"{token.hint}…", token.scope, state])
            )
        self.stdout.write(f"{len(tokens)} tokens")

    def revoke(self, options: dict[str, Any]) -> None:
        client = ApiClient.objects.select_related("unit").filter(name=options["name"]).first()
        if client is None:
            raise CommandError(f"there is no API client {options['name']}")
        revoked = [revoke_token(token=token, reason=options["reason"]) for token in client.tokens.all()]
        self.stdout.write(f"{sum(revoked)} tokens revoked")
