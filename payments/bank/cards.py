"""The cards the bank takes: test numbers only, so that nobody's real card is ever typed into a development machine."""

import time
from dataclasses import dataclass

ACCEPTED = "4242424242424242"
DECLINED = {
    "4000000000000002": "The card was declined. Try another card.",
    "4000000000009995": "The card was declined: there is not enough money in the account.",
    "4000000000000069": "The card was declined: it has expired.",
}
DECLINED_CARD = "4000 0000 0000 0002"
ACCEPTED_CARD = "4242 4242 4242 4242"


@dataclass(frozen=True)
class Card:
    """What was typed on the payment page, and what is wrong with it, by field."""

    number: str = ACCEPTED_CARD
    expiry: str = "12 / 34"
    code: str = "123"
    name: str = ""
    email: str = ""

    @property
    def digits(self) -> str:
        """The number without its spaces."""
        return "".join(character for character in self.number if character not in " -")

    def problems(self) -> dict[str, str]:
        """Why the form cannot be taken as it is, in plain words by field; empty when it can."""
        found = {}
        if self.digits != ACCEPTED and self.digits not in DECLINED:
            found["number"] = f"Use a test card: {ACCEPTED_CARD} pays, {DECLINED_CARD} is declined."
        if not self._is_current():
            found["expiry"] = "Enter a month and year in the future, like 12 / 34."
        if not (self.code.isascii() and self.code.isdigit() and len(self.code) in {3, 4}):
            found["code"] = "Enter the three digits, like 123."
        if "@" not in self.email:
            found["email"] = "Enter an e-mail address, like name@example.org."
        return found

    def refusal(self) -> str | None:
        """Why the card's own bank says no, or None when it says yes."""
        return DECLINED.get(self.digits)

    def _is_current(self) -> bool:
        month, _slash, year = self.expiry.replace(" ", "").partition("/")
        if not (month.isascii() and month.isdigit() and year.isascii() and year.isdigit()):
            return False
        if len(year) not in {2, 4} or not 1 <= int(month) <= 12:
            return False
        now = time.gmtime()
        return (int(year) % 100 + 2000, int(month)) >= (now.tm_year, now.tm_mon)
