"""By what a village's year is judged; a yardstick stays what it was: the database refuses to rewrite one."""

import django.db.models.deletion
from django.db import migrations, models

TABLES = ("indicators_yardstick", "indicators_yardstickline")
FORWARD = "".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION refuse_change();"
    for table in TABLES
)
REVERSE = "".join(f"DROP TRIGGER {table}_append_only ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0002_append_only_history"),
        ("villages", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Yardstick",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="yardsticks",
                        to="villages.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "评定依据",
                "verbose_name_plural": "评定依据",
            },
        ),
        migrations.CreateModel(
            name="JudgedYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("kind", models.CharField(max_length=30, verbose_name="类别")),
                ("at", models.DateTimeField(verbose_name="提交评定时间")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judged_years",
                        to="villages.programme",
                    ),
                ),
                (
                    "village",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judged_years",
                        to="villages.village",
                    ),
                ),
                (
                    "yardstick",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judged_years",
                        to="indicators.yardstick",
                    ),
                ),
            ],
            options={
                "verbose_name": "已评定的年度",
                "verbose_name_plural": "已评定的年度",
            },
        ),
        migrations.CreateModel(
            name="YardstickLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("name", models.CharField(max_length=120, verbose_name="标准")),
                ("clause", models.CharField(max_length=300, verbose_name="条款")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="计量单位")),
                ("target", models.TextField(verbose_name="目标")),
                ("formula", models.TextField(blank=True, verbose_name="公式")),
                (
                    "standard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="yardstick_lines",
                        to="indicators.standard",
                    ),
                ),
                (
                    "yardstick",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="indicators.yardstick",
                    ),
                ),
            ],
            options={
                "verbose_name": "评定依据",
                "verbose_name_plural": "评定依据",
            },
        ),
        migrations.AddConstraint(
            model_name="yardstick",
            constraint=models.UniqueConstraint(fields=("programme", "year", "digest"), name="yardstick_once"),
        ),
        migrations.AddConstraint(
            model_name="judgedyear",
            constraint=models.UniqueConstraint(
                fields=("programme", "village", "year"), name="judged_year_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="yardstickline",
            constraint=models.UniqueConstraint(fields=("yardstick", "standard"), name="yardstick_line_once"),
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
