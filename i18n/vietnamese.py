"""Vietnamese text, one way in: letters, syllables, sentences, short forms and missing diacritics."""

from i18n.letters import clean, fold, has_diacritics, nfc, place_tones
from i18n.restorer import Restorer, RestorerError
from i18n.short_forms import expand_short_forms
from i18n.slips import is_syllable, one_slip_apart, without_finger_slips
from i18n.splitting import sentences, syllables

__all__ = [
    "Restorer",
    "RestorerError",
    "clean",
    "expand_short_forms",
    "fold",
    "has_diacritics",
    "is_syllable",
    "nfc",
    "one_slip_apart",
    "place_tones",
    "sentences",
    "syllables",
    "without_finger_slips",
]
