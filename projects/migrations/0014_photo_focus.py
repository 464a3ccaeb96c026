import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0013_quotation_marks'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='photo',
            name='photo_alt_or_decorative',
        ),
        migrations.AddField(
            model_name='photo',
            name='focus_x',
            field=models.PositiveSmallIntegerField(default=50, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='main spot, from the left'),
        ),
        migrations.AddField(
            model_name='photo',
            name='focus_y',
            field=models.PositiveSmallIntegerField(default=40, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='main spot, from above'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='alt',
            field=models.CharField(blank=True, max_length=250, verbose_name='alternative text'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='is_decorative',
            field=models.BooleanField(default=False, verbose_name='decorative'),
        ),
        migrations.AddConstraint(
            model_name='photo',
            constraint=models.CheckConstraint(condition=models.Q(('is_decorative', False), ('alt', ''), _connector='OR'), name='photo_decorative_has_no_alt', violation_error_message='A decorative photo has no alternative text: delete the text, or take the mark off.'),
        ),
        migrations.AddConstraint(
            model_name='photo',
            constraint=models.CheckConstraint(condition=models.Q(('focus_x__lte', 100), ('focus_y__lte', 100)), name='photo_focus_within'),
        ),
    ]
