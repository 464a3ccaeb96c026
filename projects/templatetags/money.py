"""Template filters for sums of money: `{% load money %}`."""

from django import template

from projects.money import write_total

register = template.Library()


@register.filter
def money(amount, currency):
    """A Decimal `amount` in "LTL" or "EUR" as pages print it."""
    return write_total(amount, currency)
