"""The command and the pages: a workbook with numbers and formulas as text, in three languages."""

import json

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

HEAD = "section,subject,item,object,period,value\n"


def test_the_command_writes_numbers_as_numbers_and_formulas_as_text(tmp_path, capsys):
    target = tmp_path / "trade.xlsx"
    call_command("trade_workbook", output=target, language="ky")
    book = openpyxl.load_workbook(target)
    sheet = book["Өз ара соода"]
    heads = [cell.value for cell in sheet[1]]
    row = next(
        row for row in sheet.iter_rows(min_row=2, values_only=True) if row[0] == "Россия" and row[2] == 2010
    )
    values = dict(zip(heads, row, strict=True))
    assert (values["Эсептелген"], values["Басылган"], values["Айырма"]) == (30719.1, 30719.1, 0)
    assert values["Формула"] == "18254,1 + 12465,0"
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "reproduced" in capsys.readouterr().out


def test_new_figures_are_loaded_and_bad_rows_are_told(tmp_path, capsys):
    more = tmp_path / "more.csv"
    more.write_text(
        HEAD + "trade,KAZ,export,RUS,2014,5000\ntrade,KAZ,export,BLR,2014,many\n", encoding="utf-8"
    )
    with pytest.raises(SystemExit) as ended:
        call_command("trade_workbook", output=tmp_path / "t.xlsx", add=[more], language="en", json=True)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert "more.csv: Line 3, column value: “many” is no number." in said.err
    figures = {one["address"]: one for one in json.loads(said.out)["figures"]}
    assert figures["trade/KAZ/export/RUS/2014"]["printed"] == "5000"


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError):
        call_command("trade_workbook", output=tmp_path / "t.xlsx", add=[tmp_path / "none.csv"])


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["ky", "ru", "en"])
def test_every_sheet_has_its_page(client, language):
    for key in ("trade", "prices", "tariffs", "elasticities", "scenarios", "shares", "fund", "findings"):
        client.cookies["django_language"] = language
        answer = client.get(reverse("monitoring:trade_analysis"), {"sheet": key})
        assert f'<html lang="{language}">' in answer.content.decode()
        assert answer.status_code == 200
        assert ("<svg" in answer.content.decode()) or key in ("tariffs", "elasticities", "findings")
    assert client.get(reverse("monitoring:trade_analysis"), {"sheet": "none"}).status_code == 404


@pytest.mark.django_db
def test_the_list_of_figures_is_narrowed_and_can_be_had_as_data(client):
    page = client.get(reverse("monitoring:trade_analysis"), {"sheet": "findings", "status": "differs"})
    data = client.get(reverse("monitoring:trade_figures")).json()
    assert len(page.context["rows"]) == data["counts"]["differs"] == 12
    assert sum(data["counts"].values()) == len(data["figures"])
    book = client.get(reverse("monitoring:trade_workbook"))
    assert book.content[:2] == b"PK"
