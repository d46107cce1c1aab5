"""Reference values for years without a published figure, so that the standards can be judged."""

from decimal import Decimal

from indicators.models import ReferenceSeries, ReferenceValue

SOURCE = "演示数据"
PROVINCE, COUNTY = "64", "640181"
VALUES = {
    ("rural_income", PROVINCE): {2021: "15337", 2023: "17610", 2024: "18790", 2025: "19980"},
    ("rural_income_growth", PROVINCE): {2021: "10.4", 2023: "7.2", 2024: "6.7", 2025: "6.3"},
    ("rural_income_growth", COUNTY): {2021: "10.6", 2022: "7.2", 2023: "8.4", 2024: "7.0", 2025: "6.1"},
    ("wage_share", COUNTY): {2021: "43.4", 2022: "44.0", 2023: "44.8", 2024: "45.3", 2025: "45.9"},
}


def add_reference_values() -> None:
    """Add what no publication gives; a published figure is never touched."""
    series = {row.code: row for row in ReferenceSeries.objects.all()}
    ReferenceValue.objects.bulk_create(
        [
            ReferenceValue(
                series=series[code],
                area_code=area,
                year=year,
                value=Decimal(value),
                source=SOURCE,
                is_demonstration=True,
            )
            for (code, area), values in VALUES.items()
            for year, value in values.items()
        ],
        ignore_conflicts=True,
    )
