from django.db import migrations, models

from association.search_index import IndexStems


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0032_photo_alt_or_decorative'),
    ]

    operations = [
        migrations.AddField(
            model_name='project',
            name='share_image',
            field=models.FileField(blank=True, editable=False, upload_to='projektu-virseliai'),
        ),
        # SQLite has made the table anew.
        IndexStems("project", "title_stems"),
        IndexStems("project", "short_title_stems"),
        IndexStems("project", "stems"),
        IndexStems("project", "collected_stems"),
    ]
