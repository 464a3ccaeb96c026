import django.db.models.deletion
import projects.models.draft_links
from django.db import migrations, models

from association.search_index import IndexStems


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0014_photo_focus'),
    ]

    operations = [
        migrations.AddField(
            model_name='funder',
            name='requires_alternative_texts',
            field=models.BooleanField(default=False, verbose_name='alternative texts of all photos'),
        ),
        migrations.AddField(
            model_name='funder',
            name='requires_logo',
            field=models.BooleanField(default=False, verbose_name='its logo'),
        ),
        migrations.AddField(
            model_name='funder',
            name='requires_period',
            field=models.BooleanField(default=False, verbose_name='the period of the project'),
        ),
        migrations.AddField(
            model_name='funder',
            name='requires_results',
            field=models.BooleanField(default=False, verbose_name='results, once the project has ended'),
        ),
        migrations.AddField(
            model_name='funder',
            name='requires_statement',
            field=models.BooleanField(default=False, verbose_name='its statement of publicity'),
        ),
        migrations.AddField(
            model_name='funder',
            name='requires_sum',
            field=models.BooleanField(default=False, verbose_name='the sum awarded'),
        ),
        migrations.CreateModel(
            name='DraftLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=projects.models.draft_links.new_key, max_length=60, unique=True)),
                ('expires_at', models.DateTimeField(default=projects.models.draft_links.end_of_validity, verbose_name='valid until')),
                ('project', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='draft_link', to='projects.project')),
            ],
            options={
                'verbose_name': 'link to a draft',
                'verbose_name_plural': 'links to drafts',
            },
        ),
        # SQLite has made the table of funders anew.
        IndexStems("funder", "title_stems"),
    ]
