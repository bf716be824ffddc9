"""Make, list, rotate and revoke API clients: `api_client create NAME --scope read`, `list`, `rotate NAME`."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.actions import create_client, issue_token, revoke_token, rotate_token
from accounts.models import ApiClient, ApiToken, User
from accounts.models.clients import LONGEST_DAYS, Scope
from provinces.models import Unit


def days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST_DAYS:
        raise ArgumentTypeError(f"must be a whole number of days from 1 to {LONGEST_DAYS}")
    return int(text)


class Command(BaseCommand):
    help = "Make, list, rotate and revoke API clients. A token is printed once, when it is made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="make a client, or a further token of one, and print it")
        create.add_argument("name")
        create.add_argument(
            "--scope", choices=Scope.values, required=True, action="append", help="may be given several times"
        )
        create.add_argument("--expires", type=days, metavar="DAYS", help="API_TOKEN_DAYS unless given")
        create.add_argument("--unit", metavar="REF", help="reads for this unit; the nation unless given")
        create.add_argument("--acts-for", metavar="USERNAME", help="the official it reports for")
        create.add_argument(
            "--address", action="append", metavar="RANGE", help="it calls from there alone; several times"
        )
        create.add_argument("--rate", type=int, metavar="N", help="requests a minute; API_RATE unless given")
        verbs.add_parser("list", help="one token a line, none in clear")
        rotate = verbs.add_parser("rotate", help="print a new token; the old one works for an overlap")
        rotate.add_argument("name")
        rotate.add_argument("--token", metavar="HINT", help="where it has several: how the token begins")
        rotate.add_argument("--overlap", type=int, default=168, metavar="HOURS", help="168 unless given")
        revoke = verbs.add_parser("revoke", help="revoke the tokens of a client")
        revoke.add_argument("name")
        revoke.add_argument("--token", metavar="HINT", help="only this one: how it begins")
        revoke.add_argument("--reason", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, options["verb"])(options)
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None

    def create(self, options: dict[str, Any]) -> None:
        client = self.client(options)
        expires_at = timezone.now() + timedelta(days=options["expires"]) if options["expires"] else None
        self.stdout.write(issue_token(client=client, scopes=options["scope"], expires_at=expires_at))

    def client(self, options: dict[str, Any]) -> ApiClient:
        name, ref = options["name"].strip(), options["unit"]
        if not name or len(name) > 100:
            raise CommandError("the name must have 1 to 100 characters")
        known = ApiClient.objects.select_related("unit").filter(name=name).first()
        if known is not None:
            if ref not in (None, known.unit.ref):
                raise CommandError(f"{name} exists and reads for {known.unit.ref}; choose another name")
            if any(options[each] is not None for each in ("acts_for", "address", "rate")):
                raise CommandError(f"{name} exists; change it at /clients/")
            return known
        unit = Unit.objects.filter(**({"ref": ref} if ref else {"tier": "nation"})).first()
        if unit is None:
            raise CommandError(
                f"there is no unit {ref}" if ref else "there are no units yet; load the reference data first"
            )
        return create_client(
            name=name,
            unit=unit,
            acts_for=self.official(options["acts_for"]),
            addresses=" ".join(options["address"] or []),
            rate=options["rate"],
        )

    def official(self, username: str | None) -> User | None:
        found = User.objects.filter(username=username).first() if username else None
        if username and found is None:
            raise CommandError(f"there is no person {username}")
        return found

    def list(self, options: dict[str, Any]) -> None:
        tokens = ApiToken.objects.select_related("client__unit", "replaced_by")
        for token in tokens.order_by("client__name", "pk"):
            used = f"used {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
            if token.last_used_from:
                used += f" from {token.last_used_from}"
            words = [token.client.name, token.client.unit.ref, f"{token.hint}…", token.scopes]
            self.stdout.write("\t".join([*words, state_of(token), used]))
        self.stdout.write(f"{len(tokens)} tokens")

    def rotate(self, options: dict[str, Any]) -> None:
        usable = self.tokens(options).usable_at(timezone.now()).filter(replaced_by__isnull=True)
        found = list(usable[:2])
        if len(found) != 1:
            raise CommandError(
                "it has several tokens: say which with --token"
                if found
                else "it has no such token that works"
            )
        hours = min(max(options["overlap"], -1), 10**4)
        self.stdout.write(rotate_token(token=found[0], overlap=timedelta(hours=hours)))

    def revoke(self, options: dict[str, Any]) -> None:
        revoked = [revoke_token(token=token, reason=options["reason"]) for token in self.tokens(options)]
        self.stdout.write(f"{sum(revoked)} tokens revoked")

    def tokens(self, options: dict[str, Any]) -> Any:
        """The tokens of the client, or those that begin as `--token` says."""
        client = ApiClient.objects.filter(name=options["name"]).first()
        if client is None:
            raise CommandError(f"there is no API client {options['name']}")
        tokens = ApiToken.objects.filter(client=client).select_related("client__unit")
        return tokens.filter(hint=options["token"][:8]) if options["token"] else tokens


def state_of(token: ApiToken) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if not token.client.is_active:
        return "client inactive"
    until = f"{token.expires_at:%Y-%m-%d}"
    if token.expires_at <= timezone.now():
        return f"ended {until}"
    return f"until {until}" + (f", replaced by {token.replaced_by.hint}…" if token.replaced_by else "")
