"""`manage.py renew_codes`: new links for the codes whose links cannot be made any more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from fleet.models import Code
from fleet.services.code_secrets import codes_to_renew, renew_by_command

WORD = "renew"


class Command(BaseCommand):
    help = (
        "Gives new links to the codes that were made with another CODE_SECRET. Their stickers stop working. Does "
        "nothing to the others, so it is harmless to run it twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="renew every code, also those that are sound")
        parser.add_argument("--dry-run", action="store_true", help="only say which codes would be renewed")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: object, **options: Any) -> None:
        # Chosen once: with --all, a code that was just renewed must not be renewed again.
        chosen = list(codes_to_renew(every_code=options["all"]))
        if not chosen:
            self.stdout.write("No code has to be renewed: all were made with this CODE_SECRET.")
            return
        if options["dry_run"]:
            self._list(chosen)
            return
        if not options["yes"]:
            self._ask(len(chosen))
        renewed = sum(renew_by_command(code_id=code.pk, generation=code.generation) for code in chosen)
        self.stdout.write(f"{renewed} codes were renewed. Print them, and replace their old stickers.")

    def _list(self, chosen: list[Code]) -> None:
        for code in chosen:
            self.stdout.write(
                f"{code.pk}  {code.device.name if code.device else '(not paired)'}  {code.label}".rstrip()
            )
        self.stdout.write(f"{len(chosen)} codes would be renewed, and their stickers would stop working.")

    def _ask(self, number: int) -> None:
        self.stdout.write(f"{number} codes get new links. Every sticker of theirs stops working at once.")
        try:
            answer = input(f"Type “{WORD}” to go on: ")
        except EOFError:
            answer = ""
        if answer.strip() != WORD:
            raise CommandError("Nothing was renewed.")
