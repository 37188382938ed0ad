"""The form of a command asks for what its body cannot do without."""

from api.web.message.forms import FORMS
from service.commands.catalogue import CATALOGUE


def test_a_form_asks_for_what_the_body_of_its_command_needs() -> None:
    needed = {
        (command, name)
        for command, row in CATALOGUE.items()
        if row.body is not None
        for name, field in row.body.model_fields.items()
        if field.is_required()
    }
    assert (
        needed - {(command, field.name) for command, form in FORMS.items() for field in form.fields} == set()
    )
