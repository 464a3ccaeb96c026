import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('association', '0008_write_text_html'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TableImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=60, verbose_name='what is imported')),
                ('name', models.CharField(max_length=200, verbose_name='name of the file')),
                ('file', models.FileField(blank=True, upload_to='lenteles', verbose_name='file')),
                ('state', models.CharField(choices=[('sent', 'waits to be read'), ('reading', 'is being read'), ('read', 'waits for your decision'), ('agreed', 'waits to be imported'), ('importing', 'is being imported'), ('done', 'imported'), ('refused', 'cannot be read')], default='sent', max_length=10, verbose_name='state')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='sent at')),
                ('only_right', models.BooleanField(default=False, editable=False)),
                ('told', models.TextField(blank=True, verbose_name='what was told')),
                ('counts', models.JSONField(default=dict, editable=False)),
                ('preview', models.JSONField(default=dict, editable=False)),
                ('task', models.CharField(blank=True, editable=False, max_length=40)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by whom')),
            ],
            options={
                'verbose_name': 'import of a table',
                'verbose_name_plural': 'imports of tables',
                'ordering': ['-made_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['sent', 'reading', 'read', 'agreed', 'importing', 'done', 'refused'])), name='table_import_state_known')],
            },
        ),
    ]
