from tests.factories.national import national_units

__all__ = ["national_units"]
