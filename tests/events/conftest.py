from tests.factories.reference import reference

__all__ = ["reference"]
