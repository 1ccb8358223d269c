"""A page that needs rows of persons of an encrypted warehouse says that their keys are not there."""

from pipelines.safekeeping import keys
from tests.safekeeping.test_keys import in_the_open, warehouse  # noqa: F401  the same small county
from tests.views.app import opened


def test_pages_over_rows_say_in_a_sentence_that_the_keys_are_missing(warehouse, monkeypatch):  # noqa: F811
    keys.init(warehouse, "测试")
    keys.encrypt(warehouse, "测试")
    monkeypatch.delenv("FUND_KEYS")
    (told,) = opened(warehouse, monkeypatch, "clues").error
    assert told.value == "数据仓库已加密，但没有设置 FUND\\_KEYS；请把它设为密钥文件夹后再试"
