"""Every error that this program raises on purpose.

NotifierError                 one line, with what to do
|-- ConfigError               a setting is unknown, missing or wrong
|-- InputError                what a person typed or handed over cannot be used
|   |-- ForgeryError          it is not from whom it says: its signature is wrong, or too old
|   `-- RuleError             a rule that cannot be understood: message, position, hint
|-- TopicError                a file of the topic library is wrong: file and line
|-- SourceError               a source could not be polled
|-- ReadError                 a document could not be read; `needs_person` where a person can
|-- RenderError               a template failed for this content
|-- StorageError              the database cannot be used now
`-- DeliveryError             a message was not taken; `permanent` alone decides retry or stop
    `-- Postponed             it was not even tried: its turn comes later
"""


class NotifierError(Exception):
    """An error that a person is to read. `zh` and `en` each say in one line what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en


class ConfigError(NotifierError):
    """A setting is unknown, missing or wrong."""


class InputError(NotifierError):
    """What a person typed or handed over cannot be used."""


class ForgeryError(InputError):
    """It is not from whom it says: its signature is wrong, missing, too old, or was used for something else."""


class RuleError(InputError):
    """A rule that cannot be understood.

    `message` and `hint` are in the language the rule was parsed for; `position` is the offset, in code
    points of the rule as typed, at which it stops making sense.
    """

    def __init__(self, message: str, position: int, hint: str = "") -> None:
        line = f"{message}（第 {position + 1} 个字 / column {position + 1}）" + (f"：{hint}" if hint else "")
        Exception.__init__(self, line)
        self.zh = self.en = line
        self.message = message
        self.position = position
        self.hint = hint


class TopicError(NotifierError):
    """A file of the topic library is wrong."""

    def __init__(self, zh: str, en: str, *, file: str, line: int) -> None:
        super().__init__(f"{file}:{line}: {zh}", en)
        self.file = file
        self.line = line


class SourceError(NotifierError):
    """A source could not be polled; the next poll may succeed. `retry_after` is in seconds, if the server said.

    symptom: what its page shows instead, "challenge", "empty" or "layout"; "" where nothing is known. status: that of
    the HTTP answer, 0 where there was none. postponed: it was not asked, because its host wants rest.
    """

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        retry_after: float | None = None,
        symptom: str = "",
        status: int = 0,
        postponed: bool = False,
    ) -> None:
        super().__init__(zh, en)
        self.retry_after = retry_after
        self.symptom = symptom
        self.status = status
        self.postponed = postponed


class ReadError(NotifierError):
    """A document could not be read. `needs_person`: it has content, but only a person can get at it (a scan).

    `pictures`: it has nothing but pictures of text, which OCR may read.
    """

    def __init__(self, zh: str, en: str, *, needs_person: bool = False, pictures: bool = False) -> None:
        super().__init__(zh, en)
        self.needs_person = needs_person or pictures
        self.pictures = pictures


class RenderError(NotifierError):
    """A template failed for this content."""


class StorageError(NotifierError):
    """The database cannot be used now: locked, full, read-only or not ours."""


class DeliveryError(NotifierError):
    """A message was not taken.

    permanent: trying again is useless. code: the SMTP or HTTP status, 0 where there was none.
    uncertain: the last byte was sent and no answer came; it may or may not have been delivered.
    elsewhere: the way out failed, not this message: another relay may take it.
    retry_after: seconds that the other side asked to wait. keep: wait just so long, whatever the message's age.
    parts: how many parts of the message were taken before it failed; they are not to come again.
    """

    def __init__(
        self,
        zh: str,
        en: str,
        *,
        permanent: bool,
        code: int = 0,
        reply: str = "",
        uncertain: bool = False,
        elsewhere: bool = False,
        retry_after: float = 0.0,
        keep: bool = False,
        parts: int = 0,
    ) -> None:
        super().__init__(zh, en)
        self.permanent = permanent
        self.code = code
        self.reply = reply
        self.uncertain = uncertain
        self.elsewhere = elsewhere
        self.retry_after = retry_after
        self.keep = keep
        self.parts = parts


class Postponed(DeliveryError):
    """Nothing was tried. `seconds`: when to come back. `paced`: to keep a rate, not because anything is wrong."""

    def __init__(self, zh: str, en: str, *, seconds: float, paced: bool) -> None:
        super().__init__(zh, en, permanent=False)
        self.seconds = seconds
        self.paced = paced
