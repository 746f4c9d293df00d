from common import classification


def test_every_field_of_every_model_is_classified():
    assert classification.unclassified() == []
