"""Cases closed before there were decisions get one in words; given days get their instants."""

from django.db import migrations

from compliance.casework.deadlines import given


def forwards(apps, schema_editor):
    """The words are sealed for their row and column, so each is opened and sealed anew."""
    case_model = apps.get_model("compliance_casework", "Case")
    decision_model = apps.get_model("compliance_casework", "CaseDecision")
    for case in case_model.objects.filter(state="closed"):
        decision_model.objects.create(
            case=case,
            kind=case.kind,
            outcome="in_words",
            reason=case.outcome or "—",
            at=case.closed_at,
            by=case.closed_by,
        )
    for case in case_model.objects.filter(due_on__isnull=False, due_at__isnull=True):
        deadline = given(case.due_on, province=case.province)
        case.due_at, case.near_at = deadline.due_at, deadline.near_at
        case.deadline = deadline.plain()
        case.save(update_fields=["due_at", "near_at", "deadline"])


class Migration(migrations.Migration):
    dependencies = [("compliance_casework", "0002_cases")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
