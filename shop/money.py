"""Money in minor units.

A price is an integer number of the currency's smallest unit, never a float: 29.99 USD is
`Money(2999, "USD")`, 3,000 JPY is `Money(3000, "JPY")`. How many decimals a currency has, and how it is
written, comes from CLDR through Babel.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import UnknownCurrencyError, format_currency, get_currency_precision, validate_currency

#: What a column of whole numbers keeps on every database.
MOST_AMOUNT = 2**63 - 1


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added, subtracted or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents) and its ISO 4217 code."""

    amount: int
    currency: str

    @classmethod
    def of(cls, value: Decimal | int | str, currency: str) -> "Money":
        """From major units: `Money.of("29.99", "USD")`. Half a minor unit is rounded up.

        Raises `ValueError` where `value` is no number or too large, or `currency` is unknown.
        """
        return cls._of(value, currency, minor=False)

    @classmethod
    def of_minor(cls, value: Decimal | int | str, currency: str) -> "Money":
        """From minor units as a file has them: `Money.of_minor("2999.0", "USD")`; errors as `of`."""
        return cls._of(value, currency, minor=True)

    @classmethod
    def _of(cls, value: Decimal | int | str, currency: str, *, minor: bool) -> "Money":
        code = currency.upper()
        try:
            validate_currency(code)
            scaled = Decimal(value).scaleb(0 if minor else get_currency_precision(code))
            if abs(scaled) > MOST_AMOUNT:
                raise ValueError(f"too large an amount of money: {value!r} {code}")
            return cls(int(scaled.to_integral_value(rounding=ROUND_HALF_UP)), code)
        except (UnknownCurrencyError, ArithmeticError) as error:
            raise ValueError(f"not an amount of money: {value!r} {currency!r}") from error

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @property
    def major(self) -> Decimal:
        """In major units: 29.99."""
        return Decimal(self.amount).scaleb(-get_currency_precision(self.currency))

    def __str__(self) -> str:
        """As a shopper reads it: `$29.99`."""
        return self.format()

    def format(self, locale: str = "en_US") -> str:
        """As the readers of `locale` write it: `29,99\xa0$` in German."""
        return format_currency(self.major, self.currency, locale=locale)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{other.currency} met {self.currency}")
        return other.amount
