from django.core.exceptions import ValidationError

from .. import library_codes, limits
from ..refusals import NotPossible


def reason(error):
    """Return why `error`, NotPossible or a ValidationError, was raised, as one text."""
    return " ".join(str(each) for each in getattr(error, "messages", error.args))


class Refusing:
    """A FormView whose do() does what its form asks for; why it cannot is told at the form.

    What a ValidationError says of a field that the form has is told at that field.
    """

    def form_valid(self, form):
        try:
            return self.do(form)
        except library_codes.TooMany:
            form.add_error(None, limits.refusal(self.request))
        except ValidationError as error:
            of_fields = getattr(error, "error_dict", None)
            is_of_form = of_fields and of_fields.keys() <= form.fields.keys()
            form.add_error(None, error if is_of_form else reason(error))
        except NotPossible as error:
            form.add_error(None, reason(error))
        return self.form_invalid(form)
