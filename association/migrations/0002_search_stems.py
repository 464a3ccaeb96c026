import association.search
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['title']),
        ),
        migrations.AddField(
            model_name='formername',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['name']),
        ),
        migrations.AddField(
            model_name='library',
            name='stems',
            field=association.search.StemsField(default='', editable=False, sources=['name', 'municipality']),
        ),
        migrations.AddField(
            model_name='library',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['name']),
        ),
        migrations.AddField(
            model_name='page',
            name='stems',
            field=association.search.StemsField(default='', editable=False, sources=['title', 'text']),
        ),
        migrations.AddField(
            model_name='page',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['title']),
        ),
    ]
