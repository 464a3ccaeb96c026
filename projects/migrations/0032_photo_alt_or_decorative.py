from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0031_photos_without_words'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='photo',
            name='photo_decorative_has_no_alt',
        ),
        migrations.AlterField(
            model_name='photo',
            name='alt',
            field=models.CharField(blank=True, help_text='What the picture says here, in a sentence, for those who do not see it: “A full hall listens to the speaker.”', max_length=250, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='is_decorative',
            field=models.BooleanField(default=False, help_text='It says nothing that the page does not: who does not see it misses nothing.', verbose_name='decorative'),
        ),
        migrations.AddConstraint(
            model_name='photo',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('alt', ''), ('is_decorative', True)), models.Q(('is_decorative', False), models.Q(('alt', ''), _negated=True)), _connector='OR'), name='photo_alt_or_decorative', violation_error_message='Write the alternative text of the photo, or mark it as decorative: one of the two.'),
        ),
    ]
