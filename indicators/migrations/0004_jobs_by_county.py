"""A programme's year may be computed county by county, by several workers at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0003_judged_years"),
        ("villages", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="computejob",
            name="job_queued_once",
        ),
        migrations.AddField(
            model_name="computejob",
            name="area_code",
            field=models.CharField(blank=True, max_length=6, verbose_name="县（市、区）代码"),
        ),
        migrations.AddField(
            model_name="computejob",
            name="part",
            field=models.CharField(
                choices=[("all", "全部"), ("county", "一个县（市、区）的村"), ("wider", "村以上各级")],
                default="all",
                max_length=10,
                verbose_name="范围",
            ),
        ),
        migrations.AddConstraint(
            model_name="computejob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("area_code__regex", "^\\d{6}$"), ("part", "county"), ("village__isnull", True)),
                    models.Q(("area_code", ""), ("part", "wider"), ("village__isnull", True)),
                    models.Q(("area_code", ""), ("part", "all")),
                    _connector="OR",
                ),
                name="job_part_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="computejob",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "queued")),
                fields=("programme", "year", "village", "part", "area_code"),
                name="job_queued_once",
                nulls_distinct=False,
            ),
        ),
    ]
