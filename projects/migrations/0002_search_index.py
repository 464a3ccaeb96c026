import datetime

import django.core.validators
from django.db import migrations, models

import association.fields
import association.lithuanian
import association.search
from association.search_index import IndexStems
from projects.money import read_sum


def fold(apps, schema_editor):
    for name, column in (("Partner", "folded_name"), ("Place", "folded_host")):
        model = apps.get_model("projects", name)
        association.fields.correct(model, [model._meta.get_field(column)])


def read_written_sums(apps, schema_editor):
    """Let each sum that was told in words alone be known; keep words that tell none as text."""
    Project, Funding = (apps.get_model("projects", name) for name in ("Project", "Funding"))
    for project in told_in_words(Project, "budget"):
        know(project, "budget", project)
    for prefix in ("asked", "awarded"):
        for funding in told_in_words(Funding, prefix):
            know(funding, prefix, funding.project)


def told_in_words(model, prefix):
    records = model.objects.filter(**{f"{prefix}_amount": None})
    return records.exclude(**{f"{prefix}_as_written": ""})


def know(record, prefix, project):
    words = getattr(record, f"{prefix}_as_written")
    told = sum_of(words) if prefix != "awarded" or record.state == "awarded" else None
    if told:
        columns = {f"{prefix}_amount": told.amount, f"{prefix}_currency": told.currency}
    else:
        columns = {f"{prefix}_as_written": ""}
        text = f"{project.text}\n\n{words}".strip()
        type(project).objects.filter(pk=project.pk).update(text=text)
    type(record).objects.filter(pk=record.pk).update(**columns)


def sum_of(words):
    try:
        return read_sum(words)
    except ValueError:
        return None


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.RemoveIndex(
            model_name='project',
            name='project_by_end',
        ),
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
            model_name='partner',
            name='folded_name',
            field=association.fields.DerivedField(by=association.lithuanian.fold, db_index=True, default='', editable=False, source='name'),
        ),
        migrations.AddField(
            model_name='place',
            name='folded_host',
            field=association.fields.DerivedField(by=association.lithuanian.fold, db_index=True, default='', editable=False, source='host'),
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
        migrations.AlterField(
            model_name='activity',
            name='participants',
            field=models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='number of participants'),
        ),
        migrations.AlterField(
            model_name='funder',
            name='logo',
            field=models.ImageField(blank=True, height_field='logo_height', upload_to='finansuotoju-zenklai', validators=[django.core.validators.FileExtensionValidator(['jpg', 'jpeg', 'png', 'webp', 'gif'])], verbose_name='logo', width_field='logo_width'),
        ),
        migrations.AlterField(
            model_name='photo',
            name='image',
            field=models.ImageField(height_field='height', upload_to='projektu-nuotraukos', validators=[django.core.validators.FileExtensionValidator(['jpg', 'jpeg', 'png', 'webp', 'gif'])], verbose_name='photo', width_field='width'),
        ),
        migrations.AlterField(
            model_name='project',
            name='published_at',
            field=models.DateTimeField(blank=True, db_index=True, help_text='Empty: a draft. A time to come: public from then on.', null=True, validators=[django.core.validators.MinValueValidator(datetime.datetime(1990, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))], verbose_name='public since'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['-ends_on', 'position', 'id', 'published_at'], name='project_by_end'),
        ),
        migrations.AlterConstraint(
            model_name='activityday',
            name='activityday_times',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), models.Q(('ends_on__gt', models.F('starts_on')), ('ends_on__isnull', False)), _connector='OR'), name='activityday_times', violation_error_message='The time of the end must be later than that of the start. Leave it out if it is not known.'),
        ),
        migrations.RunPython(fold, migrations.RunPython.noop),
        migrations.RunPython(read_written_sums, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='activity_text_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='activity',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['seminar', 'conference', 'study_visit', 'training', 'publication', 'exhibition', 'fair', 'other', ''])), name='activity_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='funder',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='funder_name_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='funder',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['council', 'ministry', 'municipality', 'european', 'foundation', 'company', 'other', ''])), name='funder_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='funding',
            constraint=models.CheckConstraint(condition=models.Q(('asked_amount__isnull', False), ('asked_as_written', ''), _connector='OR'), name='funding_asked_written_is_known', violation_error_message='A sum needs its currency, and a currency its sum.'),
        ),
        migrations.AddConstraint(
            model_name='funding',
            constraint=models.CheckConstraint(condition=models.Q(('awarded_amount__isnull', False), ('awarded_as_written', ''), _connector='OR'), name='funding_awarded_written_is_known', violation_error_message='A sum needs its currency, and a currency its sum.'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='goal_text_not_empty'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('budget_amount__isnull', False), ('budget_as_written', ''), _connector='OR'), name='project_budget_written_is_known', violation_error_message='A sum needs its currency, and a currency its sum.'),
        ),
        IndexStems("funder", "title_stems"),
        IndexStems("funderalias", "title_stems"),
        IndexStems("project", "title_stems"),
        IndexStems("project", "short_title_stems"),
        IndexStems("project", "stems"),
        IndexStems("goal", "stems"),
        IndexStems("activity", "stems"),
        IndexStems("document", "title_stems"),
    ]
