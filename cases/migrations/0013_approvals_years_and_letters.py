
import common.clock
import common.ids
import common.keys.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0005_reading_alarm'),
        ('cases', '0012_drafts_of_calls'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='casedocument',
            name='consent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='cases.consent'),
        ),
        migrations.AddField(
            model_name='casedocument',
            name='shows',
            field=models.JSONField(blank=True, null=True, verbose_name='what it shows'),
        ),
        migrations.AddField(
            model_name='consent',
            name='recipient_name',
            field=common.keys.fields.SealedField(blank=True, key='case.key', null=True, verbose_name='to whom'),
        ),
        migrations.AddField(
            model_name='consent',
            name='use',
            field=models.CharField(choices=[('referral', 'help from a partner'), ('letter', "a letter or claim in the client's name")], db_default='referral', default='referral', max_length=10, verbose_name='what it is for'),
        ),
        migrations.AddField(
            model_name='plannedservice',
            name='planned_at',
            field=models.DateTimeField(null=True),  # of older rows nobody knows the day
        ),
        migrations.AlterField(
            model_name='plannedservice',
            name='planned_at',
            field=models.DateTimeField(default=common.clock.now, null=True),
        ),
        migrations.AlterField(
            model_name='consent',
            name='recipient',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.organisation'),
        ),
        migrations.CreateModel(
            name='ApprovalRequest',
            fields=[
                ('id', models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('assessment', 'assessment'), ('case_plan', 'case plan')], max_length=12, verbose_name='kind')),
                ('asked_at', models.DateTimeField(default=common.clock.now)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assessment', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approval_request', to='cases.assessment')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approval_requests', to='cases.case')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApprovalDecision',
            fields=[
                ('id', models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('accepted', models.BooleanField(verbose_name='accepted')),
                ('note', common.keys.fields.SealedField(blank=True, key='request.case.key', verbose_name='note')),
                ('decided_at', models.DateTimeField(default=common.clock.now)),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='cases.approvalrequest')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='KindRules',
            fields=[
                ('id', models.UUIDField(default=common.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(choices=[('unpaid_wages', 'unpaid wages and forced labour'), ('documents', 'documents and registration'), ('entry_ban', 'entry ban, deportation, detention'), ('medical', 'medical care and insurance'), ('family', 'family left behind'), ('hostility', 'hostility and attacks'), ('seniority', 'lost proof of seniority, pension claim'), ('trafficking', 'trafficking'), ('death', 'death and repatriation'), ('other', 'something else')], max_length=20, verbose_name='kind of case')),
                ('approve_assessment', models.BooleanField(default=False, verbose_name='a supervisor approves the assessment')),
                ('approve_plan', models.BooleanField(default=False, verbose_name='a supervisor approves the plan')),
                ('approve_closure', models.BooleanField(default=False, verbose_name='a supervisor decides on closures')),
                ('keep_years', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='years kept')),
                ('term_set_at', models.DateTimeField(blank=True, null=True)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kind_rules', to='accounts.organisation')),
            ],
            options={
                'verbose_name': 'rules for a kind of case',
                'verbose_name_plural': 'rules for kinds of case',
                'constraints': [models.UniqueConstraint(fields=('organisation', 'type'), name='one_set_of_rules_for_a_kind'), models.CheckConstraint(condition=models.Q(('keep_years__isnull', True), ('keep_years__range', (1, 25)), _connector='OR'), name='cases_are_kept_within_bounds')],
            },
        ),
    ]
