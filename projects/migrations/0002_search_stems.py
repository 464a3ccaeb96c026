import association.search
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='activity',
            name='stems',
            field=association.search.StemsField(default='', editable=False, sources=['short_title', 'text', 'outcome']),
        ),
        migrations.AddField(
            model_name='document',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['title']),
        ),
        migrations.AddField(
            model_name='funder',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['name']),
        ),
        migrations.AddField(
            model_name='funderalias',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['name']),
        ),
        migrations.AddField(
            model_name='goal',
            name='stems',
            field=association.search.StemsField(default='', editable=False, sources=['text']),
        ),
        migrations.AddField(
            model_name='project',
            name='short_title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['short_title']),
        ),
        migrations.AddField(
            model_name='project',
            name='stems',
            field=association.search.StemsField(default='', editable=False, sources=['title', 'short_title', 'summary', 'text']),
        ),
        migrations.AddField(
            model_name='project',
            name='title_stems',
            field=association.search.StemsField(db_index=True, default='', editable=False, sources=['title']),
        ),
    ]
