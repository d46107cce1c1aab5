"""A programme of very many villages is computed some counties at a time, by several workers at once."""

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
            name="first_county",
            field=models.CharField(blank=True, max_length=6, verbose_name="首个县（市、区）代码"),
        ),
        migrations.AddField(
            model_name="computejob",
            name="last_county",
            field=models.CharField(blank=True, max_length=6, verbose_name="末个县（市、区）代码"),
        ),
        migrations.AddField(
            model_name="computejob",
            name="part",
            field=models.CharField(
                choices=[("all", "全部"), ("counties", "一些县（市、区）的村"), ("wider", "村以上各级")],
                default="all",
                max_length=10,
                verbose_name="范围",
            ),
        ),
        migrations.AddConstraint(
            model_name="computejob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("first_county", ""), ("last_county", ""), ("part", "all")),
                    models.Q(
                        ("first_county", ""),
                        ("last_county", ""),
                        ("part", "wider"),
                        ("village__isnull", True),
                    ),
                    models.Q(
                        ("first_county__regex", "^\\d{6}$"),
                        ("last_county__regex", "^\\d{6}$"),
                        ("part", "counties"),
                        ("village__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="job_part_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="computejob",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "queued")),
                fields=("programme", "year", "village", "part", "first_county", "last_county"),
                name="job_queued_once",
                nulls_distinct=False,
            ),
        ),
    ]
