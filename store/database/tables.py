"""Values of the installation, and what every table is made of."""

from sqlmodel import Field, SQLModel


class SettingRow(SQLModel, table=True):
    """A value of the installation, such as the notice on formal appeals, or what calendar was last applied."""

    __tablename__ = "setting"

    key: str = Field(primary_key=True)
    value: str
