"""Part of people: how they sign in, and who is absent."""

from dataclasses import dataclass
from typing import Self

from service.keys.ring import KeyRing
from service.people.absences import Absences
from service.people.given_passwords import GivenPasswords
from service.people.guesses import Guesses
from service.people.second_factor import SecondFactors
from service.people.sign_in import SignIn
from service.people.substitutions import Substitutions
from service.runs.part import Runs


@dataclass(frozen=True, slots=True)
class People:
    """What is asked of people, by themselves and by the administrator."""

    sign_in: SignIn
    passwords: GivenPasswords
    second_factors: SecondFactors
    absences: Absences
    substitutions: Substitutions

    @classmethod
    def assemble(cls, runs: Runs, ring: KeyRing) -> Self:
        """Share one count of wrong passwords and codes."""
        database, settings = runs.database, runs.settings
        guesses = Guesses(database, ring)
        second_factors = SecondFactors(database, ring, guesses)
        substitutions = Substitutions(database, runs.rules)
        return cls(
            sign_in=SignIn(database, settings, guesses, second_factors),
            passwords=GivenPasswords(database),
            second_factors=second_factors,
            absences=Absences(database, substitutions),
            substitutions=substitutions,
        )
