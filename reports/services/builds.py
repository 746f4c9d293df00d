"""Documents of an edition: each language is said once, then laid out in every format."""

import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.access import require
from common import files
from common.enums import Language
from common.errors import Conflict, Invalid
from common.service import service
from reports import parity
from reports.enums import Format
from reports.models import Build, Edition
from reports.renderers import KINDS
from reports.renderers.words import Document, MissingWords, document, texts_of


def content_digest(edition: Edition, language: str) -> str:
    """What the documents of one language are made of: the snapshot and the words written for it."""
    texts = sorted(texts_of(edition, language).items())
    return hashlib.sha256("\n".join([edition.digest, language, *map(str, texts)]).encode()).hexdigest()


def say(edition: Edition, language: str) -> Document:
    """The edition in one language. Missing words stop it with a sentence that says where."""
    try:
        return document(edition, language)
    except MissingWords as error:
        raise Invalid(
            "words_missing",
            _("There are no words in %(language)s for: %(what)s"),
            language=Language(language).label,
            what=str(error),
        ) from error


@service
def build(*, by: Any, edition: Edition, language: str, format: str, said: Document | None = None) -> Build:
    """One document. A missing word, letter or figure stops it with a sentence that says where."""
    require(by, "reports.edition.prepare", edition)
    said = said or say(edition, language)
    kind = KINDS[Format(format)]
    name = f"{edition.definition.code}-{edition.period}-{language}.{kind.extension}"
    if edition.number > 1:
        name = name.replace(f"-{language}.", f"-{edition.number}-{language}.")
    file = files.store(kind.render(said), name=name, media_type=kind.media_type, by=by)
    return Build.objects.create(
        edition=edition,
        language=language,
        format=format,
        file=file,
        sha256=file.sha256,
        content_digest=content_digest(edition, language),
        numbers_digest=parity.digest(said),
    )


def missing_builds(edition: Edition) -> list[tuple[str, str]]:
    """(language, format) of what has not been built of the words that stand now; one language after the other."""
    built = set(edition.builds.values_list("language", "format", "content_digest"))
    wanted = {language: content_digest(edition, language) for language in Language.values}
    return [
        (language, form)
        for language in Language.values
        for form in Format.values
        if language in KINDS[Format(form)].languages and (language, form, wanted[language]) not in built
    ]


def refuse_differences(documents: dict[str, Document]) -> None:
    """Raises Conflict with the first place where two languages do not say the same number, unit or date."""
    found = parity.differences(documents)
    if found:
        raise Conflict(
            "numbers_differ",
            _("The languages do not say the same in %(where)s: %(what)s"),
            where=found[0].where,
            what=found[0].said,
            way_out=_("Mend the words of this section in one of the languages, then build again."),
        )
