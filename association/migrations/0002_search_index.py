import datetime

import django.core.validators
from django.db import migrations, models

import association.redirects
import association.search
from association.search_index import IndexStems


class Migration(migrations.Migration):
    dependencies = [("association", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Redirect',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('old_path', models.CharField(error_messages={'unique': 'There is a redirect from this address already.'}, help_text='As it stood in the browser: /index.php?id=5. The name of the site may go.', max_length=500, unique=True, verbose_name='old address')),
                ('target', models.CharField(help_text='A page of this site, such as /asociacija/, or an address with https://.', max_length=500, validators=[association.redirects.validate_target], verbose_name='new address')),
            ],
            options={
                'verbose_name': 'redirect',
                'verbose_name_plural': 'redirects',
                'ordering': ['old_path'],
            },
        ),
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
        migrations.AlterField(
            model_name='page',
            name='published_at',
            field=models.DateTimeField(blank=True, db_index=True, help_text='Empty: a draft. A time to come: public from then on.', null=True, validators=[django.core.validators.MinValueValidator(datetime.datetime(1990, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))], verbose_name='public since'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['bylaws', 'minutes', 'report', 'other'])), name='association_document_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='library',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='library_name_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='redirect',
            constraint=models.CheckConstraint(condition=models.Q(('old_path__startswith', '/')), name='redirect_from_a_path', violation_error_message='Begin the old address with / or https://.'),
        ),
        IndexStems("library", "title_stems"),
        IndexStems("library", "stems"),
        IndexStems("formername", "title_stems"),
        IndexStems("page", "title_stems"),
        IndexStems("page", "stems"),
        IndexStems("document", "title_stems"),
    ]
