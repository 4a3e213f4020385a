"""Who may sign for a minor: an adult who is somebody else."""

from vekha.domain.likeness import folded

FATHER = "отец"
_ROOT = 3  # letters of a father's name that are in his son's patronymic


def signs_for_oneself(child: str, guardian: str, relation: str | None) -> bool:
    """Whether the guardian named is the child.

    A father may bear the very name of his son: «Иван Иванович», son of Иван; the relation then says that it is he.
    """
    if folded(child) != folded(guardian):
        return False
    words = folded(child).split()
    namesake = len(words) > 2 and words[2].startswith(words[1][:_ROOT])
    return not (namesake and (relation or "").casefold() == FATHER)
