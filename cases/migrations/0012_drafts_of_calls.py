
import common.clock
import common.ids
import common.keys.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_reading_alarm'),
        ('cases', '0011_field_kit'),
        ('common', '0002_import_columns_to_be_named'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('token', models.UUIDField(editable=False)),
                ('content', common.keys.fields.SealedField(blank=True, verbose_name='what was typed')),
                ('started_at', models.DateTimeField(default=common.clock.now)),
                ('saved_at', models.DateTimeField(default=common.clock.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('key', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='common.subjectkey')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.helprequest')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'draft of a call',
                'verbose_name_plural': 'drafts of calls',
                'constraints': [models.UniqueConstraint(fields=('user', 'token'), name='one_draft_for_a_page')],
            },
        ),
    ]
