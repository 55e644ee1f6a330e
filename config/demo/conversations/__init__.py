"""What the tickets of the demo are about and what is said in them, in three languages."""

from config.demo.conversations.english import ENGLISH, ENGLISH_PHRASES
from config.demo.conversations.french import FRENCH, FRENCH_PHRASES
from config.demo.conversations.german import GERMAN, GERMAN_PHRASES
from config.demo.conversations.story import Phrases, Story

STORIES: dict[str, tuple[Story, ...]] = {"de": GERMAN, "en": ENGLISH, "fr": FRENCH}
PHRASES: dict[str, Phrases] = {"de": GERMAN_PHRASES, "en": ENGLISH_PHRASES, "fr": FRENCH_PHRASES}
