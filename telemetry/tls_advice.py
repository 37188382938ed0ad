"""Advice where TLS to the database or to Temporal fails: the drivers say why in their own words, in English."""

from collections.abc import Iterable

_DATABASE = (
    (
        "does not support SSL",
        "Сервер PostgreSQL отвечает без TLS. Включите на нём TLS (ssl = on); если сеть защищена иначе, задайте "
        "OTKLIK_DATABASE_TLS=false.",
    ),
    (
        "does not match host name",
        "Сертификат сервера PostgreSQL выдан на другое имя. Укажите в OTKLIK_DATABASE_URL имя из сертификата или "
        "замените сертификат.",
    ),
    (
        "root certificate file",
        "Не указано, каким удостоверяющим центром выдан сертификат сервера PostgreSQL. Задайте путь к "
        "сертификату центра в OTKLIK_DATABASE_CA.",
    ),
    (
        "certificate verify failed",
        "Сертификат сервера PostgreSQL выдан не тем удостоверяющим центром, что указан в OTKLIK_DATABASE_CA, или "
        "его срок истёк. Исправьте OTKLIK_DATABASE_CA или замените сертификат.",
    ),
    (
        "no encryption",
        "Сервер PostgreSQL не принимает соединений без TLS. Уберите OTKLIK_DATABASE_TLS=false и sslmode из адреса.",
    ),
)

_HUNG_UP = (
    "Сервер Temporal закрыл соединение: он принимает только TLS или не принял сертификат клиента. Проверьте "
    "TEMPORAL_TLS, TEMPORAL_TLS_CLIENT_CERT_PATH и TEMPORAL_TLS_CLIENT_KEY_PATH."
)

_TEMPORAL = (
    (
        "InvalidContentType",
        "Сервер Temporal отвечает без TLS. Включите на нём TLS; если сеть защищена иначе, задайте TEMPORAL_TLS=false.",
    ),
    (
        "NotValidForName",
        "Сертификат сервера Temporal выдан на другое имя. Укажите имя из сертификата в TEMPORAL_ADDRESS или в "
        "TEMPORAL_TLS_SERVER_NAME.",
    ),
    (
        "InvalidCertificate",
        "Сертификат сервера Temporal выдан не тем удостоверяющим центром, что указан в "
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH, или его срок истёк. Исправьте переменную или замените сертификат.",
    ),
    (
        "AlertReceived",
        "Сервер Temporal не принял сертификат клиента. Исправьте TEMPORAL_TLS_CLIENT_CERT_PATH и "
        "TEMPORAL_TLS_CLIENT_KEY_PATH.",
    ),
    # The server only hangs up, and which of the two it was does not reach us.
    ("error after connection: Status { code: Unknown", _HUNG_UP),
    ('hyper::Error(Canceled, "connection closed")', _HUNG_UP),  # it did so before the question was sent
)


def for_database(error: BaseException) -> str | None:
    """What to do about an error of the database's driver, in Russian; None where it is none of TLS."""
    return _found(str(error), _DATABASE)


def for_temporal(error: BaseException) -> str | None:
    """The same of an error of Temporal's client."""
    return _found(str(error), _TEMPORAL)


def noted(advice: str | None) -> dict[str, str]:
    """The advice as a line of the log has it, where there is one."""
    return {"advice": advice} if advice else {}


def _found(text: str, known: Iterable[tuple[str, str]]) -> str | None:
    return next((advice for words, advice in known if words in text), None)
