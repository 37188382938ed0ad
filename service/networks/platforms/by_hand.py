"""Steps left to people: an adapter inherits a refusal for each call that its platform does not let a program make."""

from service.networks.platforms.port import (
    Answer,
    Fault,
    Key,
    NetworkRefusalError,
    Published,
    PushAnswer,
    Pushed,
    Reading,
    Seen,
    Where,
)

_READ = "Эта площадка не читается программой: сообщения с неё регистрируются вручную."
_PUBLISH = "Эта площадка не принимает ответы от программы: разместите ответ вручную и подтвердите размещение ссылкой."
_VERIFY = "Эту площадку нельзя проверить программой: откройте ссылку и проверьте ответ сами."


class ByHand:
    """Nothing of it is called where `Traits.abilities` are heeded."""

    async def names(self, key: Key) -> frozenset[str]:
        return frozenset()

    async def read(self, where: Where, key: Key | None) -> Reading:
        raise NetworkRefusalError(Fault.PERSON, _READ)

    async def publish(self, answer: Answer, key: Key) -> Published:
        raise NetworkRefusalError(Fault.PERSON, _PUBLISH)

    async def find_own(self, answer: Answer, key: Key) -> Published | None:
        raise NetworkRefusalError(Fault.PERSON, _PUBLISH)

    async def verify(self, url: str, text: str, key: Key | None) -> Seen:
        raise NetworkRefusalError(Fault.PERSON, _VERIFY)

    async def receive(self, pushed: Pushed, key: Key) -> PushAnswer:
        return PushAnswer(status=404)
