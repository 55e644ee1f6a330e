"""Texts of fleet that administrators write in three languages."""

from modeltranslation.translator import TranslationOptions, register

from fleet.models import Group, MetaTeam, Organisation, Team, Template


@register(Template)
class TemplateTranslation(TranslationOptions):
    fields = ("name", "description", "next_steps")
    required_languages = {"en": ("name",)}


@register(Group)
class GroupTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(MetaTeam)
class MetaTeamTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(Team)
class TeamTranslation(TranslationOptions):
    fields = ("name",)
    required_languages = ("en",)


@register(Organisation)
class OrganisationTranslation(TranslationOptions):
    fields = ("imprint_url", "privacy_url")
