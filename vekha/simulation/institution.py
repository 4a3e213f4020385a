"""An invented institution of a type, put into the database as an operator would."""

from vekha.forms.cast import Cast
from vekha.services.region.institutions import InstitutionData, put
from vekha.services.work import Work

REGION, REGION_TITLE, TIMEZONE = "demo", "Озёрная область", "Europe/Moscow"


def add_invented(work: Work, type_code: str, index: int, municipality: str = "") -> tuple[str, Cast]:
    """Creates institution number `index` of a type in the demo region; returns its code and its people."""
    cast = work.tools.registry.type(type_code).cast(index)
    code = f"{type_code.replace('_', '-')}-{index + 1}"
    put(
        work,
        InstitutionData(
            code=code,
            type=type_code,
            region=REGION,
            municipality=municipality or cast.city,
            title=cast.title,
            short_title=cast.short_title,
            timezone=TIMEZONE,
            city=cast.city,
            address=cast.address,
            staff={
                role: {"name": person.name, "gender": person.gender, "position": person.position}
                for role, person in cast.staff.items()
            },
            details=dict(cast.institution),
        ),
    )
    return code, cast
