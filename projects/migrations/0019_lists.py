from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0018_write_text_html'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('outcome', ''), ('was_done__isnull', True)), fields=['project', 'id'], name='activity_untold'),
        ),
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(condition=models.Q(('outcome', ''), _negated=True), fields=['project'], name='activity_told'),
        ),
        migrations.AddIndex(
            model_name='funding',
            index=models.Index(fields=['funder', 'project'], name='funding_by_funder'),
        ),
        migrations.AddIndex(
            model_name='photo',
            index=models.Index(condition=models.Q(('alt', ''), ('is_decorative', False)), fields=['project', 'id'], name='photo_undescribed'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['starts_on'], name='project_by_start'),
        ),
    ]
