from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0001_events")]

    operations = [
        migrations.RenameField("event", "outcomes", "outcomes_vi"),
        migrations.AlterField(
            "event", "outcomes_vi", models.TextField(blank=True, verbose_name="outcomes (Vietnamese)")
        ),
        migrations.AddField(
            "event", "outcomes_en", models.TextField(blank=True, verbose_name="outcomes (English)")
        ),
    ]
