"""Managers and subscribers can be without a sign-in e-mail until they are invited."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0012_fill_suggestion_keys"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="person", name="person_signs_in_unless_code_user"),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                name="person_signs_in_as_role_says",
                condition=models.Q(
                    models.Q(("email__isnull", False), ("role__in", ("administrator", "moderator", "member"))),
                    models.Q(("email__isnull", True), ("role", "code_user")),
                    ("role__in", ("manager", "subscriber")),
                    _connector="OR",
                ),
                violation_error_message="Employees need a sign-in e-mail; code users have none.",
            ),
        ),
    ]
