from django.db import migrations, models

import association.renditions
from association.search_index import IndexStems


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0003_more_to_find'),
    ]

    operations = [
        migrations.AddField(
            model_name='funder',
            name='logo_renditions',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='photo',
            name='renditions',
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name='funder',
            name='logo',
            field=association.renditions.PictureField(blank=True, height_field='logo_height', help_text='JPEG, PNG, WebP or HEIC, at most 20 MB and 50 megapixels.', renditions_field='logo_renditions', upload_to='finansuotoju-zenklai', verbose_name='logo', width_field='logo_width'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='image',
            field=association.renditions.PictureField(height_field='height', help_text='JPEG, PNG, WebP or HEIC, at most 20 MB and 50 megapixels.', renditions_field='renditions', upload_to='projektu-nuotraukos', verbose_name='photo', width_field='width'),
        ),
        # SQLite has made the table anew.
        IndexStems("funder", "title_stems"),
    ]
