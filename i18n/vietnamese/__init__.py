"""Vietnamese text, one way in: letters, syllables, sentences, short forms and missing diacritics."""

from i18n.vietnamese.edit_distance import one_edit_apart
from i18n.vietnamese.letters import clean, fold, has_diacritics, is_well_formed, nfc, place_tones
from i18n.vietnamese.restorer import Restorer, RestorerError
from i18n.vietnamese.short_forms import expand_short_forms
from i18n.vietnamese.splitting import sentences, syllables

__all__ = [
    "Restorer",
    "RestorerError",
    "clean",
    "expand_short_forms",
    "fold",
    "has_diacritics",
    "is_well_formed",
    "nfc",
    "one_edit_apart",
    "place_tones",
    "sentences",
    "syllables",
]
