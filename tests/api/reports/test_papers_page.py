"""The page on which the administrator sets who is named in papers."""

from httpx import AsyncClient

from tests.api.directory.test_admin_pages import Sit, admin, sit, text_of

__all__ = ["admin", "sit"]  # fixtures

PAGE = "/admin/papers"


async def test_who_is_named_at_the_foot_is_set_and_on_record(admin: AsyncClient) -> None:
    given = {
        "executor": "curator",
        "telephone": "(4932) 12-34-56",
        "chairman_office": "",
        "chairman_name": "",
    }
    assert (await admin.post(PAGE, data=given)).status_code == 303
    page = await admin.get(PAGE)
    assert 'value="(4932) 12-34-56"' in page.text and '<option value="curator" selected>' in page.text
    changes = text_of(await admin.get("/admin/changes?part=papers"))
    assert "Реквизиты документов" in changes and "(4932) 12-34-56" in changes
    refused = await admin.post(PAGE, data=given | {"executor": "nobody"})
    assert refused.status_code == 422


async def test_the_page_is_the_administrators_alone(sit: Sit) -> None:
    assert (await (await sit("head")).get(PAGE)).status_code == 403
